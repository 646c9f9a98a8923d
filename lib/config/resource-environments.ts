import { Annotations, Arn, ArnFormat, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { ResourceEnvironment } from 'aws-cdk-lib/interfaces';
import type { Construct } from 'constructs';
import { ConfigurationError, type ConfigurationProblem } from './config-problems.ts';
import type { ArchiverSettings } from './config.ts';

/** A resource that the caller brings, and where it is. */
interface BroughtResource {
  /** The prop that it came by. */
  readonly path: string;
  readonly env: ResourceEnvironment;
  /** What to do where it is elsewhere. */
  readonly remedy: string;
}

/** The environment that `cdk` gives to the app: that of a stack which names none. */
export interface CommandLineEnvironment {
  readonly CDK_DEFAULT_ACCOUNT?: string | undefined;
  readonly CDK_DEFAULT_REGION?: string | undefined;
}

/** What is wrong with where resources are, as far as synthesis can know. */
interface PlaceFindings {
  /** The resource is certainly elsewhere. */
  readonly problems: readonly ConfigurationProblem[];
  /** It may be: the stack names no account or no region. */
  readonly doubts: readonly ConfigurationProblem[];
}

const remedies = {
  eventBus:
    'name a bus of here, and make a rule on that one which forwards the triggers to it (a rule here can send the results back)',
  bucket: 'store in a bucket of here, and replicate it to that one (S3 replication)',
  encryptionKey: 'use a key of here (a replica, if that one is a multi-Region key)',
  alarmTopic:
    'notify a topic of here, and subscribe to it from there: an alarm notifies topics of its own account and region',
  network:
    'use a VPC of here; one that another account shares with this one is imported without its account (Vpc.fromVpcAttributes)',
} as const;

const topicEnvironment = (alarmTopicArn: string | null): ResourceEnvironment | undefined => {
  if (alarmTopicArn === null || Token.isUnresolved(alarmTopicArn)) return undefined;
  const { account, region } = Arn.split(alarmTopicArn, ArnFormat.NO_RESOURCE_NAME);
  return account === undefined || region === undefined ? undefined : { account, region };
};

const broughtResources = (settings: ArchiverSettings): BroughtResource[] => {
  const { eventBus, bucket, encryptionKey, network, alarmTopic, alarmTopicArn } = settings;
  const { vpc, vpcSubnets, securityGroups = [] } = network ?? {};
  const ofNetwork = [...(vpcSubnets?.subnets ?? []), ...securityGroups].map(({ env }) => env);
  const places: readonly [string, string, readonly (ResourceEnvironment | undefined)[]][] = [
    ['eventBus', remedies.eventBus, [eventBus?.env]],
    ['bucket', remedies.bucket, [bucket?.env]],
    ['encryptionKey', remedies.encryptionKey, [encryptionKey?.env]],
    ['bucket.encryptionKey', remedies.encryptionKey, [bucket?.encryptionKey?.env]],
    ['network', remedies.network, [vpc?.env, ...ofNetwork]],
    ['alarmTopic', remedies.alarmTopic, [alarmTopic?.env]],
    ['alarmTopicArn', remedies.alarmTopic, [topicEnvironment(alarmTopicArn)]],
  ];
  return places.flatMap(([path, remedy, envs]) =>
    envs.flatMap((env) => (env === undefined ? [] : [{ path, env, remedy }])),
  );
};

const spelt = ({ account, region }: ResourceEnvironment): string =>
  [
    ...(Token.isUnresolved(account) ? [] : [`account ${account}`]),
    ...(Token.isUnresolved(region) ? [] : [`region ${region}`]),
  ].join(', ');

type Comparison = 'same' | 'different' | 'unknown';

const compare = (here: string, there: string, byCommandLine: string | undefined): Comparison => {
  const comparison = Token.compareStrings(here, there);
  if (comparison === TokenComparison.SAME) return 'same';
  if (comparison === TokenComparison.DIFFERENT) return 'different';
  // Where the resource's own place is known at deployment only, there is nothing to compare.
  if (Token.isUnresolved(there) || there === byCommandLine) return 'same';
  return 'unknown';
};

/** Compares where resources are with where the stack is; tokens where the stack names nothing. */
const findElsewhere = (
  here: ResourceEnvironment,
  settings: ArchiverSettings,
  commandLine: CommandLineEnvironment,
): PlaceFindings => {
  const found = broughtResources(settings).map(({ path, env, remedy }) => ({
    path,
    place: spelt(env),
    remedy,
    comparisons: [
      compare(here.account, env.account, commandLine.CDK_DEFAULT_ACCOUNT),
      compare(here.region, env.region, commandLine.CDK_DEFAULT_REGION),
    ],
  }));
  const elsewhere = found.filter(({ comparisons }) => comparisons.includes('different'));
  const doubtful = found.filter(
    (one) => !elsewhere.includes(one) && one.comparisons.includes('unknown'),
  );
  return {
    problems: elsewhere.map(({ path, place, remedy }) => ({
      path,
      message: `is of ${place}, and the stack is deployed to ${spelt(here)}: ${remedy}`,
    })),
    doubts: doubtful.map(({ path, place, remedy }) => ({
      path,
      message: `is of ${place}, and the stack names no environment to compare that with: give it an env. If it is deployed elsewhere, ${remedy}`,
    })),
  };
};

/**
 * Refuses resources of another account or region than the stack's. A rule lands on the bus of that
 * name in its own account and region, a function runs in subnets of its own region, a topic hears
 * alarms of its own: CloudFormation tells some of that late, and some never. A stack without an
 * environment of its own goes where the command line points, if that is known; what cannot be
 * compared is a warning.
 *
 * @throws ConfigurationError
 */
export const refuseElsewhere = (
  scope: Construct,
  settings: ArchiverSettings,
  commandLine: CommandLineEnvironment = process.env,
): void => {
  const { account, region } = Stack.of(scope);
  const { problems, doubts } = findElsewhere({ account, region }, settings, commandLine);
  if (problems.length > 0) throw new ConfigurationError(problems);
  for (const { path, message } of doubts) {
    const id = `generation-archiver:environmentOf:${path}`;
    Annotations.of(scope).addWarningV2(id, `${path} ${message}`);
  }
};
