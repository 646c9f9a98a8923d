import type { Observed } from '../world/observed.ts';
import { longHistories, startedTwice, wrongEnd } from './executions.ts';
import { leaks } from './leaks.ts';
import { wrongMoney } from './money.ts';
import { needlessLosses } from './needless-losses.ts';
import { wrongPlaces } from './places.ts';
import { wrongProgress } from './progress.ts';
import { wrongReplies } from './replies.ts';
import { lostTriggers } from './triggers.ts';

/** Everything that was wrong with a run; empty where all guarantees were kept. */
export const judge = (observed: Observed): string[] => [
  ...observed.witness.violations,
  ...observed.executions.flatMap((followed) => wrongEnd(followed, observed)),
  ...observed.executions.flatMap((followed) => wrongProgress(followed, observed)),
  ...wrongPlaces(observed),
  ...needlessLosses(observed),
  ...startedTwice(observed),
  ...wrongMoney(observed),
  ...lostTriggers(observed),
  ...wrongReplies(observed),
  ...longHistories(observed),
  ...leaks(observed),
  ...(observed.otherRequests > 0 ? ['the provider was asked for what no trigger wants'] : []),
];
