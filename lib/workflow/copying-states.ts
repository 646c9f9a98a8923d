import type { Duration } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Copy } from '../../lambdas/contract/copy-state.ts';
import { neverRanExport } from '../../lambdas/contract/export-as.ts';
import type { ProviderFunction } from '../functions/provider-function.ts';
import { neverRan, neverRanErrors } from './workflow-retries.ts';
import { announceAndFail, announceResult, functionTask, marginOfTask } from './workflow-tasks.ts';

/** What copies and exports are made of, and where they lead. */
export interface CopyingOptions {
  readonly copy: { readonly function: IFunction; readonly timeout: Duration };
  /** Functions that ask for exports, by provider. */
  readonly exports: readonly ProviderFunction[];
  readonly eventBus: IEventBus;
  /** Where a generation goes that is not done after all. */
  readonly follow: sfn.IChainable;
  readonly unknownAnswer: sfn.IChainable;
  readonly error: sfn.IChainable;
}

const copyIs = (next: Copy['next']): sfn.Condition =>
  sfn.Condition.stringEquals('$.copy.next', next);

/** The same in every function's input. */
const everyInput = {
  generation: sfn.JsonPath.objectAt('$.generation'),
  execution: sfn.JsonPath.executionId,
  copy: sfn.JsonPath.objectAt('$.copy'),
};

/** Whatever a step throws after its retries is announced, never lost. */
const onError: sfn.CatchProps = { errors: ['States.ALL'], resultPath: '$.error' };

/** Whole seconds before the next copy, where the last one told them. */
const waitOfCopy = '$.copy.waitSeconds';

/** What a state leads to again: at once, or after the time that the last copy wants to pass. */
interface Again {
  /** Name of the Choice. */
  readonly question: string;
  /** Name of the Wait state. */
  readonly wait: string;
  readonly comment: string;
}

const again = (
  scope: Construct,
  { question, wait, comment }: Again,
  what: sfn.IChainable,
): sfn.IChainable => {
  const waiting = new sfn.Wait(scope, wait, {
    time: sfn.WaitTime.secondsPath(waitOfCopy),
    comment,
  });
  return new sfn.Choice(scope, question)
    .when(sfn.Condition.isPresent(waitOfCopy), waiting.next(what))
    .otherwise(what);
};

const lateFile: Again = {
  question: 'Is a file late?',
  wait: 'Wait for a file',
  comment: 'A link serves no file yet, or an export is not done',
};

const contradiction: Again = {
  question: 'Check again when?',
  wait: 'Wait to check again',
  comment: 'The provider says of what was done that it is not',
};

const exportOf = (
  scope: Construct,
  { name, title, timeout, function: start }: ProviderFunction,
  copy: sfn.IChainable,
  didNotRun: sfn.IChainable,
): sfn.IChainable =>
  functionTask(scope, `Export ${title}`, {
    function: start,
    timeout: timeout.plus(marginOfTask),
    payload: everyInput,
    resultPath: '$.copy.started',
    comment: `Asks ${title} (${name}) to export the deck to a format; may cost credits, so it is repeated only where it did not run`,
    retries: neverRan,
  })
    .addCatch(didNotRun, { ...onError, errors: [...neverRanErrors] })
    .addCatch(copy, onError)
    .next(copy);

/** Has a provider export a deck, once: whatever comes of it, the copy takes it from there. */
const exporting = (
  scope: Construct,
  copy: sfn.IChainable,
  { exports, unknownAnswer }: Pick<CopyingOptions, 'exports' | 'unknownAnswer'>,
): sfn.IChainable => {
  if (exports.length === 0) return unknownAnswer;
  const whichExport = new sfn.Choice(scope, 'Which export?', {
    comment: 'A wanted format is not there, and can be asked for',
  });
  const didNotRun = new sfn.Pass(scope, 'Export did not run', {
    comment: 'Nothing was asked for, and nothing charged; the copy tells so',
    result: sfn.Result.fromObject(neverRanExport),
    resultPath: '$.copy.started',
  }).next(copy);
  for (const one of exports)
    whichExport.when(
      sfn.Condition.stringEquals('$.generation.provider', one.name),
      exportOf(scope, one, copy, didNotRun),
    );
  return whichExport.otherwise(unknownAnswer);
};

/** Copies what the provider made, and announces what came of it. */
export const copyingStates = (scope: Construct, options: CopyingOptions): sfn.IChainable => {
  const { copy, eventBus, follow, unknownAnswer, error } = options;
  const path = '$.copy.result';
  const task = functionTask(scope, 'Copy exports', {
    function: copy.function,
    timeout: copy.timeout.plus(marginOfTask),
    payload: { ...everyInput, poll: sfn.JsonPath.objectAt('$.poll') },
    resultPath: '$.copy',
    comment: 'Downloads what the provider exports, verifies it and stores it',
  });
  const announceArchive = announceResult(scope, 'Announce archive', {
    eventBus,
    path,
    comment: 'All of it, or what could be saved; the execution succeeds',
  });
  const failedCopy = announceAndFail(scope, 'Announce failed copy', 'Copy failed', {
    eventBus,
    path,
  });
  const next = new sfn.Choice(scope, 'Copy: what next?')
    .when(copyIs('succeed'), announceArchive)
    .when(copyIs('fail'), failedCopy)
    .when(copyIs('more'), again(scope, lateFile, task))
    .when(copyIs('export'), exporting(scope, task, options))
    .when(copyIs('checkAgain'), again(scope, contradiction, follow))
    .otherwise(unknownAnswer);
  return task.addCatch(error, onError).next(next);
};
