import { progressDetailSchema } from '../../../lambdas/contract/results.ts';
import type { Followed } from '../world/executions.ts';
import type { Observed } from '../world/observed.ts';
import { isOnTheWay } from './events.ts';

/** Milliseconds between two announcements at the least. */
const leastGap = 5000;

/** Tries of a check, after which a round fails and takes with it what it remembered. */
const triesOfCheck = 3;

const endsOfCheck = [
  'the check runs into its time limit',
  'the check runs out of memory',
  'the check is killed',
];

const onTheWay = ['Generation Progress', 'Generation Awaiting Input'];

/** What is wrong with the progress that was told of an execution. */
export const wrongProgress = (
  { arn, name, generation, end }: Followed,
  { events, strikes }: Observed,
): string[] => {
  const own = events.filter(({ detail }) => detail['execution'] === arn);
  const told = own.filter(({ detailType }) => detailType === 'Generation Progress');
  if (told.length === 0) return [];
  if (generation.progress !== true) return [`progress of ${name} was told that nobody wanted`];
  const firstEnd = own.findIndex((event) => !isOnTheWay(event));
  const afterEnd = firstEnd === -1 ? [] : told.filter((event) => own.indexOf(event) > firstEnd);
  const afterStop = told.filter(({ at }) => at > (end?.at ?? Infinity));
  // Two executions of the checks machine see the same, and neither knows of the other: they run at
  // the same time, or the first could not hand over what it has told.
  const struck = (kind: string): number => strikes.get(kind) ?? 0;
  const mayRunTwice =
    struck('an execution of the checks machine runs twice') > 0 ||
    struck('the checks machine cannot answer') > 0 ||
    endsOfCheck.reduce((sum, kind) => sum + struck(kind), 0) >= triesOfCheck;
  const details = told.map(({ detail }) => progressDetailSchema.parse(detail));
  const times = details.map(({ timing }) => Date.parse(timing.endedAt));
  const isQuick = times.some((time, index) => time - (times[index - 1] ?? -Infinity) < leastGap);
  // A question that was announced told another word: what comes after it is new.
  const words = own
    .filter(({ detailType }) => onTheWay.includes(detailType))
    .map(({ detailType, detail }) =>
      JSON.stringify([detailType, detail['status'], detail['step'], detail['progress']]),
    );
  const isRepeated = words.some(
    (word, index) => word === words[index - 1] && word.includes('Generation Progress'),
  );
  return [
    ...(afterEnd.length + afterStop.length > 0
      ? [`progress of ${name} was told after its end`]
      : []),
    ...(isQuick && !mayRunTwice
      ? [`progress of ${name} was told more often than every five seconds`]
      : []),
    ...(isRepeated && !mayRunTwice ? [`progress of ${name} was told twice`] : []),
  ];
};
