import type { GenerationArchiverProps, OwnResources } from '../props.ts';
import { ConfigurationError, type ConfigurationProblem } from './config-problems.ts';

/** Two props that say the same thing in different ways. */
const rivals = [
  ['bucket', 'bucketName'],
  ['bucket', 'encryptionKey'],
  ['eventBus', 'eventBusName'],
  ['eventBus', 'createEventBus'],
] as const;

/**
 * Parts the props into the resources that the caller brings and what JSON could say as well.
 *
 * @throws ConfigurationError where two of them contradict each other
 */
export const partProps = (
  props: GenerationArchiverProps,
): {
  readonly own: OwnResources;
  readonly rest: Omit<GenerationArchiverProps, keyof OwnResources>;
} => {
  // Whoever writes JavaScript may pass anything; the schema says what is wrong with it.
  if (typeof props !== 'object' || props === null) return { own: {}, rest: props };
  const { bucket, eventBus, encryptionKey, network, ...rest } = props;
  const problems = rivals
    .filter(
      ([one, other]) =>
        props[one] !== undefined && props[other] !== undefined && props[other] !== null,
    )
    .map(([one, other]): ConfigurationProblem => ({
      path: other,
      message: `is given beside ${one}, which settles it: leave one of them out`,
    }));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return {
    own: {
      ...(bucket === undefined ? {} : { bucket }),
      ...(eventBus === undefined ? {} : { eventBus }),
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
      ...(network === undefined ? {} : { network }),
    },
    rest,
  };
};
