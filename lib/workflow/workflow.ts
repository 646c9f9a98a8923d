import { Duration, Names, RemovalPolicy } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { neverRanExport } from '../../lambdas/contract/export-as.ts';
import { maxTimeoutMinutes } from '../../lambdas/contract/generation.ts';
import type { Copy, Poll } from '../../lambdas/contract/state.ts';
import { acknowledge, acknowledgeWildcards } from '../acknowledge.ts';
import { neverRan, neverRanErrors } from './workflow-retries.ts';
import { startStates, type ProviderStart } from './workflow-starts.ts';
import {
  announceAndFail,
  announceInternalError,
  announceResult,
  functionTask,
  unforeseen,
} from './workflow-tasks.ts';

/** A provider's status check, as the machine sees it. */
export interface ProviderCheck {
  /** The provider's name in events. */
  readonly name: string;
  /** The provider's name in state names. */
  readonly title: string;
  readonly function: IFunction;
  /** The longest that one invocation can take. */
  readonly timeout: Duration;
}

/** What a {@link Workflow} is made from. */
export interface WorkflowProps {
  readonly checks: readonly ProviderCheck[];
  readonly starts: readonly ProviderStart[];
  /** Functions that ask for exports, by provider. */
  readonly exports: readonly ProviderCheck[];
  readonly copy: { readonly function: IFunction; readonly timeout: Duration };
  /** Results are announced here. */
  readonly eventBus: IEventBus;
}

/**
 * A safety net, not a deadline: the longest deadline is a day and ends in the checks. The rest
 * leaves room for waiting at a concurrency limit, for a copy that takes several invocations, and
 * for announcing. An execution that hangs longer is stopped.
 */
export const machineTimeout = Duration.minutes(maxTimeoutMinutes).plus(Duration.hours(12));

/** Beyond the function's own time-out, so that Lambda's error, which says more, comes first. */
const marginOfTask = Duration.seconds(30);

const pollIs = (next: Poll['next']): sfn.Condition =>
  sfn.Condition.stringEquals('$.poll.next', next);

/** The provider gives an id to what it has accepted. */
const isToStart = sfn.Condition.stringEquals('$.generation.generationId', '');

const copyIs = (next: Copy['next']): sfn.Condition =>
  sfn.Condition.stringEquals('$.copy.next', next);

/** Whole seconds before the next copy, where the last one told them. */
const waitOfCopy = '$.copy.waitSeconds';

/**
 * Nothing to wait for, or so little that the check itself sleeps it: one transition costs as much
 * as 15 s of its time.
 */
const noWait = sfn.Condition.numberEquals('$.poll.waitSeconds', 0);

/** The same in every function's input. */
const everyInput = {
  generation: sfn.JsonPath.objectAt('$.generation'),
  poll: sfn.JsonPath.objectAt('$.poll'),
  execution: sfn.JsonPath.executionId,
};

/** Whatever a step throws after its retries is announced, never lost. */
const onError: sfn.CatchProps = { errors: ['States.ALL'], resultPath: '$.error' };

/** Where a check can lead. */
interface Branches {
  readonly copy: sfn.IChainable;
  readonly stop: sfn.IChainable;
  readonly announceInput: sfn.IChainable;
  readonly unknownAnswer: sfn.IChainable;
  readonly error: sfn.IChainable;
}

/**
 * The state machine: wait and check until the provider is done, copy what it made, announce the
 * result. Functions decide, the machine compares one field. State names are API: the console, the
 * diagram and the embedded run show them.
 */
export class Workflow extends Construct {
  readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      comment: 'Follows one generation until its export is stored, and announces how it ended',
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromChainable(this.definition(props)),
      timeout: machineTimeout,
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Log', {
          // Step Functions Developer Guide, "Logging in CloudWatch Logs": log groups under this
          // name take no room in the account's resource policy, which is limited to 5,120
          // characters.
          logGroupName: `/aws/vendedlogs/states/${Names.uniqueResourceName(this, { maxLength: 80 })}`,
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    this.acknowledgeFindings(props);
  }

  private acknowledgeFindings({ checks, starts, exports, copy }: WorkflowProps): void {
    acknowledge(this.stateMachine, {
      'AwsSolutions-SF1':
        'Step Functions keeps the history of a standard workflow itself for 90 days; the log holds the errors alone',
    });
    const versions = [
      ...[...checks, ...starts, ...exports].map((each) => each.function),
      copy.function,
    ].map(({ functionArn }) => `${functionArn}:*`);
    acknowledgeWildcards(
      this.stateMachine,
      versions,
      'The CDK grants a function together with its versions and aliases',
    );
    acknowledgeWildcards(
      this.stateMachine,
      ['*'],
      'Neither X-Ray nor the log delivery that Step Functions sets up has resources',
    );
  }

  private definition(props: WorkflowProps): sfn.IChainable {
    const internalError = this.internalError(props.eventBus);
    const whichProvider = new sfn.Choice(this, 'Which provider?', {
      comment: 'Every round of checks begins here',
    });
    const unknownAnswer = unforeseen(this, 'Unknown answer', 'UnknownAnswer').next(internalError);
    const branches: Branches = {
      copy: this.copying(props, { checkAgain: whichProvider, unknownAnswer, error: internalError }),
      stop: announceAndFail(this, 'Announce outcome', 'Not archived', {
        eventBus: props.eventBus,
        path: '$.poll.result',
      }),
      announceInput: announceResult(this, 'Announce question', {
        eventBus: props.eventBus,
        path: '$.poll.result',
        comment: 'The provider asks something; checking goes on',
      }).next(whichProvider),
      unknownAnswer,
      error: internalError,
    };
    const { begin, notDeployed } = startStates(this, props.starts, {
      eventBus: props.eventBus,
      checking: whichProvider,
    });
    for (const [name, start] of begin) {
      const isIts = sfn.Condition.stringEquals('$.generation.provider', name);
      whichProvider.when(sfn.Condition.and(isIts, isToStart), start);
    }
    for (const check of props.checks) {
      const { wait, task } = this.checking(check, branches);
      const isIts = sfn.Condition.stringEquals('$.generation.provider', check.name);
      whichProvider.when(sfn.Condition.and(isIts, noWait), task).when(isIts, wait);
    }
    // Met, as is the last, by executions that were under way when their provider was removed from
    // the configuration.
    whichProvider.when(isToStart, notDeployed);
    return whichProvider.otherwise(
      unforeseen(this, 'Provider not deployed', 'ProviderNotDeployed').next(internalError),
    );
  }

  /**
   * What no function could report: the event about a generation that was requested names the
   * request.
   */
  private internalError(eventBus: IEventBus): sfn.IChainable {
    const failed = new sfn.Fail(this, 'Internal error', {
      comment: 'An alarm watches the function that failed; docs/runbook.md tells what to do',
      error: 'InternalError',
      causePath: sfn.JsonPath.stringAt('$.error.Error'),
    });
    const requestId = '$.generation.requestId';
    const ofRequest = announceInternalError(this, 'Announce internal error of a request', {
      eventBus,
      about: { requestId: sfn.JsonPath.stringAt(requestId) },
    });
    return new sfn.Choice(this, 'Was it requested?')
      .when(sfn.Condition.isPresent(requestId), ofRequest.next(failed))
      .otherwise(announceInternalError(this, 'Announce internal error', { eventBus }).next(failed));
  }

  /** One provider's loop: wait, check, and whatever the check decided. */
  private checking(
    { name, title, timeout, function: check }: ProviderCheck,
    branches: Branches,
  ): { wait: sfn.Wait; task: sfn.IChainable } {
    const wait = new sfn.Wait(this, `Wait for ${title}`, {
      time: sfn.WaitTime.secondsPath('$.poll.waitSeconds'),
    });
    const task = functionTask(this, `Check ${title}`, {
      function: check,
      timeout: timeout.plus(marginOfTask),
      payload: everyInput,
      resultPath: '$.poll',
      comment: `Asks ${title} (${name}) for the status, and goes on asking while the next check is near`,
    });
    const next = new sfn.Choice(this, `${title}: what next?`)
      .when(pollIs('wait'), wait)
      .when(pollIs('announceInput'), branches.announceInput)
      .when(pollIs('copy'), branches.copy)
      .when(pollIs('stop'), branches.stop)
      .otherwise(branches.unknownAnswer);
    wait.next(task);
    task.addCatch(branches.error, onError).next(next);
    return { wait, task };
  }

  private copying(
    { copy, exports, eventBus }: WorkflowProps,
    {
      checkAgain,
      unknownAnswer,
      error,
    }: Pick<Branches, 'unknownAnswer' | 'error'> & { checkAgain: sfn.IChainable },
  ): sfn.IChainable {
    const task = functionTask(this, 'Copy exports', {
      function: copy.function,
      timeout: copy.timeout.plus(marginOfTask),
      payload: { ...everyInput, copy: sfn.JsonPath.objectAt('$.copy') },
      resultPath: '$.copy',
      comment: 'Downloads what the provider exports, verifies it and stores it',
    });
    const announceArchive = announceResult(this, 'Announce archive', {
      eventBus,
      path: '$.copy.result',
      comment: 'All of it, or what could be saved; the execution succeeds',
    });
    const failedCopy = announceAndFail(this, 'Announce failed copy', 'Copy failed', {
      eventBus,
      path: '$.copy.result',
    });
    const next = new sfn.Choice(this, 'Copy: what next?')
      .when(copyIs('succeed'), announceArchive)
      .when(copyIs('fail'), failedCopy)
      .when(copyIs('more'), this.copyingOn(task))
      .when(copyIs('export'), this.exporting(exports, task, unknownAnswer))
      .when(copyIs('checkAgain'), checkAgain)
      .otherwise(unknownAnswer);
    return task.addCatch(error, onError).next(next);
  }

  /** Invokes the copy again, at once or after the time that it wants to pass. */
  private copyingOn(copy: sfn.IChainable): sfn.IChainable {
    const wait = new sfn.Wait(this, 'Wait for a file', {
      time: sfn.WaitTime.secondsPath(waitOfCopy),
      comment: 'A link serves no file yet, or an export is not done',
    });
    return new sfn.Choice(this, 'Is a file late?')
      .when(sfn.Condition.isPresent(waitOfCopy), wait.next(copy))
      .otherwise(copy);
  }

  /** Has a provider export a deck, once: whatever comes of it, the copy takes it from there. */
  private exporting(
    exports: readonly ProviderCheck[],
    copy: sfn.IChainable,
    unknownAnswer: sfn.IChainable,
  ): sfn.IChainable {
    if (exports.length === 0) return unknownAnswer;
    const whichExport = new sfn.Choice(this, 'Which export?', {
      comment: 'A wanted format is not there, and can be asked for',
    });
    const didNotRun = new sfn.Pass(this, 'Export did not run', {
      comment: 'Nothing was asked for, and nothing charged; the copy tells so',
      result: sfn.Result.fromObject(neverRanExport),
      resultPath: '$.copy.started',
    }).next(copy);
    for (const one of exports)
      whichExport.when(
        sfn.Condition.stringEquals('$.generation.provider', one.name),
        this.exportOf(one, copy, didNotRun),
      );
    return whichExport.otherwise(unknownAnswer);
  }

  private exportOf(
    { name, title, timeout, function: start }: ProviderCheck,
    copy: sfn.IChainable,
    didNotRun: sfn.IChainable,
  ): sfn.IChainable {
    const task = functionTask(this, `Export ${title}`, {
      function: start,
      timeout: timeout.plus(marginOfTask),
      payload: {
        generation: everyInput.generation,
        execution: everyInput.execution,
        copy: sfn.JsonPath.objectAt('$.copy'),
      },
      resultPath: '$.copy.started',
      comment: `Asks ${title} (${name}) to export the deck to a format; may cost credits, so it is repeated only where it did not run`,
      retries: neverRan,
    });
    return task
      .addCatch(didNotRun, { ...onError, errors: [...neverRanErrors] })
      .addCatch(copy, onError)
      .next(copy);
  }
}
