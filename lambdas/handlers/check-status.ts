import type { ProviderSettings } from '../contract/environment.ts';
import type { Generation } from '../contract/generation.ts';
import { ownField } from '../contract/own-field.ts';
import type { Clock, Log, Measure, Random } from '../contract/ports.ts';
import { progressOf, resultOf } from '../contract/result-of.ts';
import { checkInputSchema, type CheckInput, type Poll } from '../contract/state.ts';
import type { Decision } from '../polling/decision.ts';
import { decide } from '../polling/policy.ts';
import { progressNews, withQuestionTold } from '../polling/progress.ts';
import type { Report } from '../polling/status.ts';
import { waitOf, wasSmooth, wholeSeconds } from '../polling/waits.ts';
import type { AskProvider } from '../providers/asking/ask.ts';
import type { Registry } from '../providers/registry.ts';
import { createCheckCounts, measuredAtEnd } from './check-counts.ts';
import { logChecked } from './checked-line.ts';
import { logAbout, loggingErrors } from './generation-log.ts';
import { createKnownKeys, type KnownKeys } from './known-keys.ts';
import { measureOverdue } from './overdue.ts';

/** One check as an observer sees it: for progress displays and simulations. */
export interface Checked {
  readonly generation: Generation;
  readonly report: Report;
  readonly decision: Decision;
}

/** The world of a status check. */
export interface CheckStatusOptions {
  /** The providers of the deployment. */
  readonly registry: Pick<Registry, 'providerNamed'>;
  readonly ask: AskProvider;
  readonly settings: Readonly<Record<string, ProviderSettings>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly measure: Measure;
  /** The most memory that the process has had so far. */
  readonly residentBytes?: () => number;
  readonly onCheck?: (checked: Checked) => void;
}

/** Milliseconds since 1970 of a time in the state data. */
const timeOf = (iso: string | undefined): number | undefined =>
  iso === undefined ? undefined : Date.parse(iso);

const pollOf = (
  decision: Decision,
  { generation, execution, calledAt, dueAt }: CheckInput,
  { askedAt, now }: { readonly askedAt: number; readonly now: number },
  random: number,
): Poll => {
  const { memory } = decision;
  const about = { generation, execution, memory, now };
  switch (decision.next) {
    case 'wait': {
      const { seconds, floorSeconds = 0 } = decision;
      const isSmooth = wasSmooth({ dueAt: timeOf(dueAt), askedAt, answeredAt: now }, memory);
      const round = { calledAt: timeOf(calledAt), isSmooth, now };
      return { ...waitOf(wholeSeconds(seconds, floorSeconds, random), round), memory };
    }
    case 'announceInput': {
      const result = resultOf('Generation Awaiting Input', {
        ...about,
        details: decision.details,
        questionId: memory.announcedQuestion,
      });
      const waitSeconds = Math.ceil(decision.seconds);
      return { next: 'announceInput', waitSeconds, memory, result };
    }
    case 'copy':
      return { next: 'copy', waitSeconds: 0, memory };
    case 'stop': {
      const { detailType, problem, details } = decision;
      const result = resultOf(detailType, { ...about, problem, details });
      return { next: 'stop', waitSeconds: 0, memory, result };
    }
  }
};

/**
 * The same with what there is to tell of the progress, where that is wanted. A definition with all
 * states in one machine cannot tell it.
 */
const withProgress = (
  poll: Poll,
  { status }: Report,
  { generation, execution, calledAt }: CheckInput,
  now: number,
): Poll => {
  if (generation.progress !== true || calledAt === undefined) return poll;
  switch (poll.next) {
    case 'wait':
    case 'goOn':
    case 'pause': {
      const news = progressNews({ generation, status, memory: poll.memory, now });
      if (news === undefined) return poll;
      const { telling, memory } = news;
      return {
        ...poll,
        next: 'announceProgress',
        pauseSeconds: poll.pauseSeconds ?? 0,
        memory,
        progress: {
          ...progressOf({ generation, execution, memory, now, telling }),
          afterwards: poll.next,
        },
      };
    }
    case 'announceInput':
      return 'said' in status
        ? { ...poll, memory: withQuestionTold(poll.memory, status.said, now) }
        : poll;
    case 'announceProgress':
    case 'copy':
    case 'stop':
    case 'start':
    case 'notRun':
      return poll;
  }
};

/**
 * The status check of one provider: one request, and what follows from its answer. What it returns
 * becomes `$.poll`, and the machine's Choice compares `next` alone.
 */
export const createCheckStatus = ({
  registry,
  ask,
  settings,
  clock,
  random,
  measure,
  onCheck,
  residentBytes,
  ...options
}: CheckStatusOptions) => {
  // Both live as long as the execution environment, which checks many generations in turn.
  const keysOf = new Map<string, KnownKeys>();
  const counts = createCheckCounts(measure, clock);

  return async (value: unknown): Promise<Poll> => {
    const input = checkInputSchema.parse(value);
    const { generation, execution } = input;
    const { provider, generationId } = generation;
    const own = ownField(settings, provider);
    if (own === undefined)
      throw new Error(`provider '${provider}' is not deployed with this function`);
    const { pace } = registry.providerNamed(provider);
    const keys = keysOf.get(provider) ?? createKnownKeys(pace, random);
    keysOf.set(provider, keys);
    const log = logAbout(options.log, { provider, generationId, execution });
    const askedAt = clock.now();
    measureOverdue(measure, generation, askedAt);

    const { memory, held } = keys.advise({ generation, pace, now: askedAt }, input.poll.memory);
    if (held !== undefined) {
      log('info', keys.why, { seconds: held.seconds });
      return pollOf(held, input, { askedAt, now: askedAt }, random());
    }

    const report = await loggingErrors(log, () => ask(generation, memory.refusals > 0));
    const now = clock.now();
    const decided = decide({
      report,
      memory,
      generation,
      settings: own,
      pace,
      now,
      answerSeconds: (now - askedAt) / 1000,
      random: random(),
    });
    const decision = keys.learn({ generation, pace, now }, report, decided);
    counts.add(provider, report, measuredAtEnd(decision, report, askedAt));
    logChecked(log, { before: memory, report, decision, residentBytes: residentBytes?.() });
    onCheck?.({ generation, report, decision });
    return withProgress(pollOf(decision, input, { askedAt, now }, random()), report, input, now);
  };
};
