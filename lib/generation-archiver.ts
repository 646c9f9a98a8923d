import { Annotations } from 'aws-cdk-lib';
import type { Dashboard, IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, type IEventBus, type OnEventOptions } from 'aws-cdk-lib/aws-events';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { eventSource, type ResultDetailType } from '../lambdas/contract/results.ts';
import { ArtifactStore } from './artifact-store.ts';
import { resolveSettings, type ArchiverSettings } from './config/config.ts';
import { tellReservations } from './config/reserved-concurrency.ts';
import { refuseElsewhere } from './config/resource-environments.ts';
import { eventBusFor } from './event-bus.ts';
import { CopyExports } from './functions/copy-exports.ts';
import { Exports } from './functions/exports.ts';
import { Intake } from './functions/intake.ts';
import { Replies } from './functions/replies.ts';
import { Starts } from './functions/starts.ts';
import { StatusChecks } from './functions/status-checks.ts';
import { StoppedExecutions } from './functions/stopped-executions.ts';
import { Sweep } from './functions/sweep.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { addStackOutputs } from './outputs.ts';
import type { GenerationArchiverProps } from './props.ts';
import { Workflow } from './workflow/workflow.ts';

/**
 * Follows asynchronous generations of presentations and stores what they export: one EventBridge
 * event in, the verified deck in an S3 bucket, an EventBridge event out.
 */
export class GenerationArchiver extends Construct {
  /** Where the archive lies. */
  readonly bucket: IBucket;
  /** Triggers arrive here and results are sent here. */
  readonly eventBus: IEventBus;
  /** One execution follows one generation. */
  readonly stateMachine: StateMachine;
  /** Waits and checks: the state machine above calls it, as often as needs be. */
  readonly checksMachine: StateMachine;
  /**
   * Trigger events that could not be turned into an execution, and ends of executions that could
   * not be announced.
   */
  readonly deadLetterQueue: IQueue;
  /** Writes the bucket. */
  readonly copyFunction: IFunction;
  /** Send answers to the questions of providers: a function for each provider that asks any. */
  readonly replyFunctions: IFunction[];
  /** Announces executions that ended without a word. */
  readonly stoppedExecutionsFunction: IFunction;
  /** On what should never happen; empty where they are switched off. */
  readonly alarms: IAlarm[];
  /** Is it working, is a provider down, what does it cost; none where it is switched off. */
  readonly dashboard?: Dashboard;
  private readonly store: ArtifactStore;
  private readonly settings: ArchiverSettings;

  constructor(scope: Construct, id: string, props: GenerationArchiverProps) {
    super(scope, id);
    const settings = resolveSettings(props);
    refuseElsewhere(this, settings);
    tellReservations(this, settings);
    this.settings = settings;
    if (settings.allowInsecureSources) {
      Annotations.of(this).addWarningV2(
        'generation-archiver:allowInsecureSources',
        'allowInsecureSources lets http: and private addresses through: deploy this for tests against a local server only',
      );
    }

    const store = new ArtifactStore(this, 'ArtifactStore', settings);
    const checks = new StatusChecks(this, 'StatusChecks', settings);
    const starts = new Starts(this, 'Starts', store, settings);
    const exports = new Exports(this, 'Exports', settings);
    const copyExports = new CopyExports(this, 'CopyExports', store, settings);
    this.store = store;
    this.bucket = store.bucket;
    this.copyFunction = copyExports.function;
    this.eventBus = eventBusFor(this, settings);
    const workflow = new Workflow(this, 'Workflow', {
      checks: checks.functions,
      starts: starts.functions,
      exports: exports.functions,
      copy: copyExports,
      eventBus: this.eventBus,
    });
    this.stateMachine = workflow.stateMachine;
    this.checksMachine = workflow.checksMachine;
    const intake = new Intake(this, 'Intake', {
      eventBus: this.eventBus,
      stateMachine: this.stateMachine,
      store,
      settings,
    });
    intake.node.addDependency(workflow.ready);
    this.deadLetterQueue = intake.deadLetterQueue;
    const replies = new Replies(this, 'Replies', {
      eventBus: this.eventBus,
      deadLetterQueue: intake.deadLetterQueue,
      store,
      settings,
    });
    const stoppedExecutions = new StoppedExecutions(this, 'StoppedExecutions', {
      eventBus: this.eventBus,
      stateMachine: this.stateMachine,
      deadLetterQueue: intake.deadLetterQueue,
      store,
      network: settings.network,
    });
    const sweep = new Sweep(this, 'Sweep', {
      eventBus: this.eventBus,
      stateMachine: this.stateMachine,
      store,
      network: settings.network,
    });
    this.replyFunctions = replies.functions.map((reply) => reply.function);
    this.stoppedExecutionsFunction = stoppedExecutions.function;
    const monitoring = new Monitoring(this, 'Monitoring', {
      intake: intake.function,
      copyExports: copyExports.function,
      stoppedExecutions: stoppedExecutions.function,
      sweep: sweep.function,
      replies: replies.functions,
      statusChecks: checks.functions,
      starts: starts.functions,
      exports: exports.functions,
      deadLetterQueue: this.deadLetterQueue,
      stateMachine: this.stateMachine,
      checksMachine: this.checksMachine,
      alarms: settings.alarms,
      dashboard: settings.dashboard,
      alarmTopic: settings.alarmTopic,
      alarmTopicArn: settings.alarmTopicArn,
    });
    this.alarms = [...monitoring.alarms];
    if (monitoring.dashboard !== undefined) this.dashboard = monitoring.dashboard;
  }

  /**
   * Lets a role, a user or a service send trigger events.
   *
   * @param sid names the statement in the bus's own policy, which a service or another account is
   *   granted by
   */
  grantTrigger(grantee: IGrantable, sid?: string): Grant {
    return this.eventBus.grantPutEventsTo(grantee, sid);
  }

  /**
   * Lets a role or a user read the archive: its objects, the list of them, and the key that they are
   * encrypted with.
   */
  grantRead(grantee: IGrantable): Grant {
    return this.store.grantRead(grantee);
  }

  /**
   * Adds outputs to the stack that the archiver is in, by which the command line
   * `generation-archiver` finds it. `GenerationArchiverStack` has them; for one archiver in a stack.
   */
  addOutputs(): void {
    const { bucket, eventBus, stateMachine, deadLetterQueue, settings } = this;
    addStackOutputs(this, { bucket, eventBus, stateMachine, deadLetterQueue, settings });
  }

  /**
   * A rule for `Generation Accepted`: the provider has started what was requested, and has given it
   * an id.
   */
  onAccepted(id: string, options: OnEventOptions = {}): Rule {
    return this.onResult(id, 'Generation Accepted', options);
  }

  /**
   * A rule for `Generation Not Started`: a request led to no generation, or to none that is known.
   */
  onNotStarted(id: string, options: OnEventOptions = {}): Rule {
    return this.onResult(id, 'Generation Not Started', options);
  }

  /** A rule for `Generation Archived`: everything that the provider exported is in the bucket. */
  onArchived(id: string, options: OnEventOptions = {}): Rule {
    return this.onResult(id, 'Generation Archived', options);
  }

  /** A rule for `Generation Partially Archived`: some of it is in the bucket. */
  onPartiallyArchived(id: string, options: OnEventOptions = {}): Rule {
    return this.onResult(id, 'Generation Partially Archived', options);
  }

  /**
   * A rule for `Generation Progress`: the provider told something new on the way. Sent where the
   * trigger asked for it.
   */
  onProgress(id: string, options: OnEventOptions = {}): Rule {
    return this.onResult(id, 'Generation Progress', options);
  }

  /** A rule for `Generation Awaiting Input`: the provider asks a question; following goes on. */
  onAwaitingInput(id: string, options: OnEventOptions = {}): Rule {
    return this.onResult(id, 'Generation Awaiting Input', options);
  }

  /** A rule for `Generation Failed`: the provider said so. */
  onFailed(id: string, options: OnEventOptions = {}): Rule {
    return this.onResult(id, 'Generation Failed', options);
  }

  /** A rule for `Generation Timed Out`: the deadline passed first. */
  onTimedOut(id: string, options: OnEventOptions = {}): Rule {
    return this.onResult(id, 'Generation Timed Out', options);
  }

  /** A rule for `Generation Not Archived`: nothing could be saved, whatever the provider said. */
  onNotArchived(id: string, options: OnEventOptions = {}): Rule {
    return this.onResult(id, 'Generation Not Archived', options);
  }

  /** A rule for `Generation Cancelled`: following was ended by `Generation Cancel`. */
  onCancelled(id: string, options: OnEventOptions = {}): Rule {
    return this.onResult(id, 'Generation Cancelled', options);
  }

  /** A rule for `Generation Rejected`: the trigger event was not valid. */
  onRejected(id: string, options: OnEventOptions = {}): Rule {
    return this.onResult(id, 'Generation Rejected', options);
  }

  private onResult(id: string, detailType: ResultDetailType, options: OnEventOptions): Rule {
    const { target, eventPattern, ...props } = options;
    const rule = new Rule(options.crossStackScope ?? this, id, {
      ...props,
      eventBus: this.eventBus,
      eventPattern: { ...eventPattern, source: [eventSource], detailType: [detailType] },
    });
    if (target !== undefined) rule.addTarget(target);
    return rule;
  }
}
