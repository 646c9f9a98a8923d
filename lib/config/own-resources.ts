import type { GenerationArchiverProps } from '../props.ts';
import { ConfigurationError, type ConfigurationProblem } from './config-problems.ts';

/** The props that are constructs, which JSON cannot say. */
const resourceNames = ['bucket', 'eventBus', 'encryptionKey', 'alarmTopic', 'network'] as const;

/** Resources that the caller brings in place of the archiver's own. */
export type OwnResources = Pick<GenerationArchiverProps, (typeof resourceNames)[number]>;

/** Two props that say the same thing in different ways. */
const alternatives = [
  ['bucket', 'bucketName'],
  ['bucket', 'encryptionKey'],
  ['eventBus', 'eventBusName'],
  ['eventBus', 'createEventBus'],
  ['alarmTopic', 'alarmTopicArn'],
] as const;

const isResource = ([name]: readonly [string, unknown]): boolean =>
  resourceNames.some((resource) => resource === name);

/**
 * Parts the props into the resources that the caller brings and what JSON could say as well.
 *
 * @throws ConfigurationError where two of them contradict each other
 */
export const separateResources = (
  props: GenerationArchiverProps,
): { readonly resources: OwnResources; readonly rest: unknown } => {
  // A caller in JavaScript may pass anything; the schema says what is wrong with it.
  if (typeof props !== 'object' || props === null) return { resources: {}, rest: props };
  const problems = alternatives
    .filter(
      ([one, other]) =>
        props[one] !== undefined && props[other] !== undefined && props[other] !== null,
    )
    .map(([one, other]): ConfigurationProblem => ({
      path: other,
      message: `is given beside ${one}, which settles it: leave one of them out`,
    }));
  if (props.encryptionKey !== undefined && props.serverSideEncryption === 'AES256')
    problems.push({
      path: 'serverSideEncryption',
      message: 'is "AES256" beside encryptionKey, which would not be used: leave one of them out',
    });
  if (problems.length > 0) throw new ConfigurationError(problems);
  const given = Object.entries(props).filter(([, value]) => value !== undefined);
  return {
    resources: Object.fromEntries(given.filter(isResource)),
    rest: Object.fromEntries(given.filter((entry) => !isResource(entry))),
  };
};
