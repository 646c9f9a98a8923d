import { Duration } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { longestWaitSeconds } from '../../lambdas/contract/follow.ts';
import { pollNextValues, type Poll } from '../../lambdas/contract/state.ts';
import { acknowledge } from '../acknowledge.ts';
import type { ProviderFunction } from '../functions/provider-function.ts';
import { machine } from './machine.ts';
import { progressStates } from './progress-states.ts';
import { reporting, type Reports } from './reports.ts';
import { checkFailed, couldNotRunErrors, withinRound } from './workflow-retries.ts';
import { functionTask, unforeseen } from './workflow-tasks.ts';

/**
 * The longest that an Express execution lives (Step Functions Developer Guide, "Quotas"). The
 * checks hand back long before.
 */
export const roundLimit = Duration.minutes(5);

/** Beyond the function's own time-out: an execution of five minutes has no half a minute to lose. */
const marginOfCheck = Duration.seconds(5);

/** Where an error goes that outlived its retries. */
const onError: sfn.CatchProps = { errors: ['States.ALL'], resultPath: '$.error' };

const pollIs = (next: Poll['next']): sfn.Condition =>
  sfn.Condition.stringEquals('$.poll.next', next);

/** The provider gives an id to what it has accepted. */
const isToStart = sfn.Condition.stringEquals('$.generation.generationId', '');

const isLongWait = sfn.Condition.numberGreaterThan('$.poll.waitSeconds', longestWaitSeconds);

/** Where a provider's loop ends. */
interface Branches extends Pick<Reports, 'report'> {
  readonly progress: sfn.IChainable;
  readonly failed: sfn.IChainable;
  readonly notRun: sfn.IChainable;
  readonly unknownAnswer: sfn.IChainable;
}

/** What a check is given. */
const checkInput = {
  generation: sfn.JsonPath.objectAt('$.generation'),
  poll: sfn.JsonPath.objectAt('$.poll'),
  execution: sfn.JsonPath.stringAt('$.execution'),
  calledAt: sfn.JsonPath.stringAt('$.calledAt'),
  dueAt: sfn.JsonPath.stateEnteredTime,
};

/** What a {@link ChecksMachine} is made from. */
export interface ChecksMachineProps {
  readonly checks: readonly ProviderFunction[];
  /** Where progress is announced. */
  readonly eventBus: IEventBus;
}

/**
 * The loop of waits and checks, as an Express state machine: a second of waiting costs next to
 * nothing there and holds no function. It runs until there is something to tell the generation
 * machine: a copy, a stop, a question, a long wait, or that its time is up.
 */
export class ChecksMachine extends Construct {
  readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: ChecksMachineProps) {
    super(scope, id);
    this.stateMachine = machine(this, {
      comment: 'Waits and checks until there is something to tell the generation machine',
      type: sfn.StateMachineType.EXPRESS,
      definition: this.definition(props),
      timeout: roundLimit,
      functions: props.checks.map((check) => check.function),
    });
    acknowledge(this.stateMachine, {
      'AwsSolutions-SF1':
        'The functions log what each check learnt; a log of every state of thousands of loops would cost more than the loops',
    });
  }

  private definition({ checks, eventBus }: ChecksMachineProps): sfn.IChainable {
    const reports = reporting(this);
    const whichProvider = new sfn.Choice(this, 'Which provider?').when(
      isToStart,
      this.ownReport('To be started', 'start', {}).next(reports.report),
    );
    const tooLong = this.ownReport('Too long to wait here', 'pause', {
      pauseSeconds: sfn.JsonPath.numberAt('$.poll.waitSeconds'),
    }).next(reports.report);
    const branches: Branches = {
      report: reports.report,
      progress: progressStates(this, { eventBus, reports, goOn: whichProvider }),
      notRun: this.notRun(reports.report),
      failed: this.checkFailed(reports.failure),
      unknownAnswer: unforeseen(this, 'Unknown answer', 'UnknownAnswer').next(reports.failure),
    };
    for (const check of checks) {
      const isIts = sfn.Condition.stringEquals('$.generation.provider', check.name);
      const first = this.checking(check, branches);
      whichProvider.when(sfn.Condition.and(isIts, isLongWait), tooLong).when(isIts, first);
    }
    // Met by executions that were under way when their provider was removed from the configuration.
    return whichProvider.otherwise(
      unforeseen(this, 'Provider not deployed', 'ProviderNotDeployed').next(reports.failure),
    );
  }

  /** What the machine itself has to tell; what the checks remember stays as it is. */
  private ownReport(
    name: string,
    next: Poll['next'],
    more: Readonly<Record<string, unknown>>,
  ): sfn.Pass {
    return new sfn.Pass(this, name, {
      parameters: {
        next,
        waitSeconds: 0,
        memory: sfn.JsonPath.objectAt('$.poll.memory'),
        ...more,
      },
      resultPath: '$.poll',
    });
  }

  /** Counts how often in a row it could not be checked. */
  private notRun(report: sfn.IChainable): sfn.IChainable {
    const missed = '$.poll.missed';
    const again = this.ownReport('Check did not run again', 'notRun', {
      missed: sfn.JsonPath.mathAdd(sfn.JsonPath.numberAt(missed), 1),
    });
    const once = this.ownReport('Check did not run', 'notRun', { missed: 1 });
    return new sfn.Choice(this, 'Was the last one missed, too?')
      .when(sfn.Condition.isPresent(missed), again.next(report))
      .otherwise(once.next(report));
  }

  /** Of the error only the name is told, never its cause, which may hold anything. */
  private checkFailed(failure: sfn.IChainable): sfn.IChainable {
    return new sfn.Pass(this, 'Check failed', {
      parameters: { Error: checkFailed, Cause: sfn.JsonPath.stringAt('$.error.Error') },
      resultPath: '$.error',
    }).next(failure);
  }

  /** One provider's loop: wait, check, and whatever the check decided. */
  private checking(
    { name, title, timeout, function: check }: ProviderFunction,
    { report, progress, failed, notRun, unknownAnswer }: Branches,
  ): sfn.IChainable {
    const wait = new sfn.Wait(this, `Wait for ${title}`, {
      time: sfn.WaitTime.secondsPath('$.poll.waitSeconds'),
    });
    const task = functionTask(this, `Check ${title}`, {
      function: check,
      timeout: timeout.plus(marginOfCheck),
      payload: checkInput,
      resultPath: '$.poll',
      comment: `Asks ${title} (${name}) once for the status`,
      retries: withinRound,
    });
    const next = new sfn.Choice(this, `${title}: what next?`)
      .when(pollIs('wait'), wait)
      .when(pollIs('announceProgress'), progress);
    for (const told of pollNextValues)
      if (told !== 'wait' && told !== 'announceProgress') next.when(pollIs(told), report);
    task.addCatch(notRun, { ...onError, errors: [...couldNotRunErrors] });
    task.addCatch(failed, onError).next(next.otherwise(unknownAnswer));
    return wait.next(task);
  }
}
