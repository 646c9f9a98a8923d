import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { ProviderModule } from './functions/provider-module.ts';

/**
 * How one provider is deployed. What is left out takes the provider's default; an empty object
 * takes them all.
 *
 * A length of time is a `Duration`, or a number in the words of the JSON configuration: one of the
 * two.
 */
export interface ProviderOptions {
  /**
   * Address of the provider's API, without a trailing slash.
   *
   * @default - the published one; required for a provider that publishes none (Duomi)
   */
  readonly baseUrl?: string;
  /**
   * The code of a provider of your own, under whose name these options stand.
   *
   * @default - one of the archiver's own providers
   */
  readonly module?: ProviderModule;
  /**
   * Time from the event after which following ends, where the event names none: 1 minute to 24
   * hours, in whole minutes.
   *
   * @default - the provider's own: 30 or 60 minutes
   */
  readonly timeout?: Duration;
  /**
   * `timeout` in minutes: 1 to 1440.
   *
   * @default - see `timeout`
   */
  readonly timeoutMinutes?: number;
  /**
   * Time between checks at the start: 1 second to an hour.
   *
   * @default - the provider's own
   */
  readonly checkInterval?: Duration;
  /**
   * `checkInterval` in seconds: 1 to 3600.
   *
   * @default - see `checkInterval`
   */
  readonly checkIntervalSeconds?: number;
  /**
   * Time before the first check: 0 to an hour, in whole seconds.
   *
   * @default - the provider's usual minimum
   */
  readonly firstCheck?: Duration;
  /**
   * `firstCheck` in seconds: 0 to 3600.
   *
   * @default - see `firstCheck`
   */
  readonly firstCheckSeconds?: number;
  /**
   * Most checks at a time: reserved concurrency of the status-check function.
   *
   * @default - the account's own limit
   */
  readonly maxConcurrentChecks?: number;
}

/**
 * Where the functions run, if not on Lambda's own network: the subnets need a way to the internet,
 * where the providers are.
 */
export interface FunctionNetwork {
  /** The VPC that every function runs in. */
  readonly vpc: IVpc;
  /**
   * The subnets of it.
   *
   * @default - the private subnets
   */
  readonly vpcSubnets?: SubnetSelection;
  /**
   * The security groups of every function.
   *
   * @default - a new one for each function, which lets everything out and nothing in
   */
  readonly securityGroups?: ISecurityGroup[];
}

/** What a `GenerationArchiver` is made from. */
export interface GenerationArchiverProps {
  /**
   * The providers to deploy: the archiver's own by their names (`gamma`), and any other by the name
   * that its module gives, each with its options.
   */
  readonly providers: { [name: string]: ProviderOptions };
  /**
   * A bucket for the archive. It should have a lifecycle rule that aborts unfinished uploads, and
   * an `encryptionKey` where it is encrypted with a key of yours.
   *
   * @default - the bucket of `bucketName`, or a new one
   */
  readonly bucket?: IBucket;
  /**
   * Name of an existing bucket for the archive, in place of `bucket`.
   *
   * @default - a new bucket
   */
  readonly bucketName?: string;
  /**
   * Encrypts the archive: a new bucket with this key, or an existing one (`bucketName`) that is
   * encrypted with it.
   *
   * @default - S3's own encryption
   */
  readonly encryptionKey?: IKey;
  /**
   * The encryption header of every write to the bucket, as a policy of the bucket or of the
   * organisation may demand it, in S3's words: `AES256`, `aws:kms` (with the bucket's key where it is
   * known, else with the AWS managed key), `aws:kms:dsse`, or `none`, which leaves it to the bucket.
   *
   * @default - `aws:kms` where the bucket's key is known, `AES256` in a new bucket, `none` in an
   *   existing one
   */
  readonly serverSideEncryption?: string;
  /**
   * Put before every key, for example `decks/`.
   *
   * @default - nothing
   */
  readonly keyPrefix?: string;
  /**
   * What happens to a new bucket when the stack is deleted: `RETAIN`, or `DESTROY`, which deletes
   * everything in it as well.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * The bus that triggers arrive on and results are sent to.
   *
   * @default - the bus of `eventBusName`
   */
  readonly eventBus?: IEventBus;
  /**
   * Name of the bus, in place of `eventBus`.
   *
   * @default generation-archiver
   */
  readonly eventBusName?: string;
  /**
   * Whether a bus of the name `eventBusName` is made. `false` uses one that exists already, for
   * example `default`.
   *
   * @default true
   */
  readonly createEventBus?: boolean;
  /**
   * First part of the name of every secret: `<secretPrefix>/<provider>/<credential>`.
   *
   * @default generation-archiver
   */
  readonly secretPrefix?: string;
  /**
   * Topic that every alarm notifies.
   *
   * @default - the topic of `alarmTopicArn`
   */
  readonly alarmTopic?: ITopic;
  /**
   * ARN of the topic, in place of `alarmTopic`.
   *
   * @default - no topic: the alarms notify nobody
   */
  readonly alarmTopicArn?: string;
  /**
   * Whether there are alarms on what should never happen.
   *
   * @default true
   */
  readonly alarms?: boolean;
  /**
   * Whether there is a CloudWatch dashboard.
   *
   * @default true
   */
  readonly dashboard?: boolean;
  /**
   * The VPC, with subnets and security groups, that every function runs in.
   *
   * @default - Lambda's own network
   */
  readonly network?: FunctionNetwork;
  /**
   * Lets `http:` and private addresses through: for tests against a local server only.
   *
   * @default false
   */
  readonly allowInsecureSources?: boolean;
  /**
   * Hosts of providers and of their files that may have private addresses, as behind an interface
   * endpoint of a VPC: names, or `*.` and a name for every host below it. They are spoken to over
   * https with a valid certificate like any other.
   *
   * @default - none
   */
  readonly privateHosts?: string[];
}
