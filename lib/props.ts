import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ProviderModule } from './functions/provider-module.ts';

/** Settings of one provider; what is left out takes the provider's default. */
export interface ProviderConfig {
  /**
   * Address of the provider's API, without a trailing slash. Default: the published one; not every
   * provider publishes one.
   */
  readonly baseUrl?: string | undefined;
  /** Minutes from the event after which following ends, where the event names none: 1 to 1440. */
  readonly timeoutMinutes?: number | undefined;
  /** Seconds between checks at the start: 1 to 3600. */
  readonly checkIntervalSeconds?: number | undefined;
  /** Seconds before the first check: 0 to 3600. */
  readonly firstCheckSeconds?: number | undefined;
  /**
   * Seconds that one invocation of the check may linger between checks, 0 to 780; 0 leaves every
   * wait to the state machine.
   */
  readonly checkWindowSeconds?: number | undefined;
  /**
   * Most checks at a time: reserved concurrency of the status-check function. Default: the
   * account's own limit.
   */
  readonly maxConcurrentChecks?: number | undefined;
}

/** The configuration: what JSON can say, in `cdk.json` or on the command line. */
export interface ArchiverConfiguration {
  /** The providers to deploy, each with its settings. */
  readonly providers: Readonly<Record<string, ProviderConfig | undefined>>;
  /** The bus that triggers arrive on and results are sent to. Default: `generation-archiver`. */
  readonly eventBusName?: string | undefined;
  /**
   * `false` uses a bus of that name that exists already, for example `default`. Default: `true`.
   */
  readonly createEventBus?: boolean | undefined;
  /** An existing bucket; `null`, the default, creates one. */
  readonly bucketName?: string | null | undefined;
  /** Put before every key, for example `decks/`. Default: nothing. */
  readonly keyPrefix?: string | undefined;
  /**
   * First part of every secret's name: `<secretPrefix>/<provider>/<credential>`. Default:
   * `generation-archiver`.
   */
  readonly secretPrefix?: string | undefined;
  /** Topic that every alarm notifies. Default: `null`, none. */
  readonly alarmTopicArn?: string | null | undefined;
  /** `false` makes no alarms: nobody is told when the archiver needs somebody. Default: true. */
  readonly alarms?: boolean | undefined;
  /** `false` makes no CloudWatch dashboard. Default: true. */
  readonly dashboard?: boolean | undefined;
  /**
   * What happens to a bucket of the stack when the stack is deleted; `destroy` deletes everything
   * in it. Default: `retain`.
   */
  readonly removalPolicy?: 'retain' | 'destroy' | undefined;
  /**
   * Lets `http:` and private addresses through: for tests against a local server only. Default:
   * `false`.
   */
  readonly allowInsecureSources?: boolean | undefined;
}

/**
 * Where the functions run, if not on Lambda's own network: the subnets need a way to the internet,
 * where the providers are.
 */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  /** Default: the private subnets. */
  readonly vpcSubnets?: SubnetSelection;
  /** Default: a new one for each function, which lets everything out and nothing in. */
  readonly securityGroups?: ISecurityGroup[];
}

/** Resources that the archiver uses instead of its own. */
export interface OwnResources {
  /**
   * A bucket for the archive, in place of `bucketName`. Should have a lifecycle rule that aborts
   * unfinished uploads, and an `encryptionKey` where it is encrypted with a key of yours.
   */
  readonly bucket?: IBucket;
  /** A bus for triggers and results, in place of `eventBusName`. */
  readonly eventBus?: IEventBus;
  /**
   * Encrypts the archive: a new bucket with this key, or an existing one (`bucketName`) that is
   * encrypted with it. Default: S3's own.
   */
  readonly encryptionKey?: IKey;
  /** A VPC, with subnets and security groups, that every function runs in. */
  readonly network?: FunctionNetwork;
}

/** What a `GenerationArchiver` is made from. */
export interface GenerationArchiverProps
  extends Omit<ArchiverConfiguration, 'providers'>, OwnResources {
  /**
   * The providers to deploy: the archiver's own by their names, each with its settings (`gamma:
   * {}`), and any other by the name that its module gives (`acme:
   * Provider.fromModule('./acme.ts')`).
   */
  readonly providers: Readonly<Record<string, ProviderConfig | ProviderModule | undefined>>;
}
