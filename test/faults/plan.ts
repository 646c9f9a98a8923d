import type { JsonObject } from '../../lambdas/contract/json.ts';
import {
  simulatedProviders,
  type SimulatedProvider,
  type Step,
} from '../../local/simulator/index.ts';
import type { Dice } from './dice.ts';
import { generationId, startOfCase, type CaseTrigger, type FaultCase } from './fault-case.ts';
import { shapeOf, type Shape } from './kinds/index.ts';
import type { TriggerContext } from './kinds/kind.ts';
import { questions } from './kinds/replies.ts';
import { createBodies, referring, startingProviders, type StartingProvider } from './requests.ts';

/** What a case is about, before anything goes wrong in it. */
export interface Plan extends TriggerContext {
  readonly provider: SimulatedProvider;
  readonly script: readonly Step[];
  /** The event that begins it. */
  readonly first: CaseTrigger;
  readonly isExported: boolean;
  /** Kinds that can strike. */
  readonly shapes: readonly Shape[];
  /** A kind of trigger without which none of the case's own kind could strike. */
  readonly besides?: string;
  readonly links: Pick<FaultCase, 'linkSeconds'>;
}

const isStarting = (provider: SimulatedProvider): provider is StartingProvider =>
  startingProviders.some((name) => name === provider);

const providerFor = (shape: Shape, dice: Dice): SimulatedProvider => {
  switch (shape) {
    case 'any':
      return dice.pick(simulatedProviders);
    case 'cancelled':
    case 'requested':
      return dice.pick(startingProviders);
    case 'asked':
      return 'chronicle';
    case 'exported':
      return 'gamma';
  }
};

const endOf = (provider: SimulatedProvider, isExported: boolean, dice: Dice): Step => {
  const chosen = dice.next();
  if (chosen < 0.06) return { says: 'failed', message: 'the outline could not be understood' };
  if (chosen < 0.1) return { says: 'working', progress: 0.9 };
  if (isExported && chosen < 0.6) return { says: 'completed', linkMissing: true };
  return provider === 'duomi' && chosen < 0.2 ? { says: 'partial' } : { says: 'completed' };
};

const workOf = (dice: Dice): Step[] => {
  const seconds = dice.pick([0, 1, 3, 20, 60, 120, 300, 1500]) * (0.5 + dice.next());
  return Array.from({ length: dice.between(1, 4) }, (_, step): Step => ({
    says: 'working',
    progress: step / 4,
    seconds: seconds / 4,
  }));
};

/** Seconds that a question stands where nobody answers. */
const patience = 600;

const asking = (question: string, seconds: number): Step => ({
  says: 'question',
  question,
  seconds,
});

const asksOf = (isAsked: boolean, dice: Dice): Step[] => {
  if (!isAsked) return dice.chance(0.2) ? [asking(questions[0], 60)] : [];
  const first = asking(questions[0], patience);
  if (dice.chance(0.4)) return [first];
  const second = dice.chance(0.5) ? questions[0] : questions[1];
  return [
    first,
    { says: 'working', seconds: dice.pick([0, 20, 90]) },
    asking(second, patience),
    { says: 'working', seconds: 5 },
  ];
};

const secondsOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, { seconds = 0 }) => sum + seconds, 0);

const exportAsOf = (dice: Dice): JsonObject => ({
  exportAs: dice.pick(['pdf', 'pptx', 'png', ['pdf', 'pptx'], ['png', 'pdf', 'pptx']]),
});

const firstTrigger = (
  provider: SimulatedProvider,
  isRequested: boolean,
  more: JsonObject,
  dice: Dice,
): CaseTrigger => {
  const at = dice.pick([0, 0, 0, 5, 90]);
  const requestId = 'request-1';
  const about =
    isRequested && isStarting(provider)
      ? { requestId, request: referring(dice.pick<JsonObject>(createBodies[provider]), requestId) }
      : { generationId };
  return {
    at,
    ...(isRequested ? { detailType: 'Generation Requested' } : {}),
    id: 'event',
    time: new Date(startOfCase + at * 1000).toISOString(),
    detail: {
      provider,
      ...about,
      ...(dice.chance(0.6) ? { timeoutMinutes: dice.pick([1, 5, 30, 60, 90]) } : {}),
      ...(dice.chance(0.2) ? { expectedSeconds: dice.between(1, 400) } : {}),
      ...more,
      metadata: { customer: '42' },
    },
  };
};

const shapesOf = (is: Readonly<Record<Exclude<Shape, 'any' | 'cancelled'>, boolean>>): Shape[] => [
  'any',
  'cancelled',
  ...(is.requested ? (['requested'] as const) : []),
  ...(is.asked ? (['asked'] as const) : []),
  ...(is.exported ? (['exported'] as const) : []),
];

/** What a case is about in which a kind has its turn. */
export const planOf = (turn: string, dice: Dice): Plan => {
  const shape = shapeOf(turn);
  const provider = providerFor(shape, dice);
  // Nobody reads the history of an execution that began with a generation.
  const isTold = turn === 'Step Functions cannot tell a history';
  const isRequested = isStarting(provider) && (shape === 'requested' || isTold || dice.chance(0.3));
  const isExported = provider === 'gamma' && (shape === 'exported' || dice.chance(0.25));
  const isAsked = provider === 'chronicle' && (shape === 'asked' || dice.chance(0.3));
  const work = workOf(dice);
  const asks = provider === 'chronicle' ? asksOf(isAsked, dice) : [];
  const first = firstTrigger(provider, isRequested, isExported ? exportAsOf(dice) : {}, dice);
  const askedAt = secondsOf(work) + (isRequested ? first.at + 5 : 0);
  return {
    provider,
    script: [...work, ...asks, endOf(provider, isExported, dice)],
    first,
    isExported,
    askedAt,
    againAt: askedAt + secondsOf(asks.slice(0, 2)),
    shapes: shapesOf({ requested: isRequested, asked: isAsked, exported: isExported }),
    ...(shape === 'asked' ? { besides: 'a reply' } : {}),
    ...(turn.startsWith('Step Functions') && shape === 'cancelled' ? { besides: 'a cancel' } : {}),
    links: isExported && dice.chance(0.3) ? { linkSeconds: [0] } : {},
  };
};
