import { acceptedClaim } from '../contract/claim-names.ts';
import type { ProviderSettings } from '../contract/environment.ts';
import type { Problem } from '../contract/error-codes.ts';
import type { Generation, RequestedGeneration } from '../contract/generation.ts';
import { ownField } from '../contract/own-field.ts';
import type { Claims, Clock, Log, Measure, Random } from '../contract/ports.ts';
import { notStartedOf, resultOf } from '../contract/result-of.ts';
import type { GenerationDetails } from '../contract/results.ts';
import { tooLateProblem, uncertainProblem } from '../contract/start-problems.ts';
import {
  startInputSchema,
  type Start,
  type StartInput,
  type StartMemory,
} from '../contract/start-state.ts';
import { freshMemory } from '../contract/state.ts';
import { firstCheckSeconds, firstCheckSpread } from '../polling/schedule.ts';
import { decideStart, maySend } from '../polling/start-policy.ts';
import { idempotencyKeyOf } from '../providers/asking/idempotency-key.ts';
import type { StartAtProvider } from '../providers/asking/start.ts';
import type { StartOutcome } from '../providers/post-outcome.ts';
import { providerNamed } from '../providers/registry.ts';
import { logAbout, loggingErrors } from './generation-log.ts';

/** The world of a start. */
export interface StartGenerationOptions {
  readonly start: StartAtProvider;
  readonly settings: Readonly<Record<string, ProviderSettings>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly measure: Measure;
  /** Where the acceptance is noted; absent where it is not looked for. */
  readonly claims?: Pick<Claims, 'take'>;
}

/**
 * Notes which request led to a generation, so that its id finds the execution that follows it. A
 * generation that was paid for is followed whatever comes of that.
 */
const noteAccepted = async (
  { provider, requestId }: RequestedGeneration,
  generationId: string,
  claims: StartGenerationOptions['claims'],
  log: Log,
): Promise<void> => {
  try {
    await claims?.take(acceptedClaim({ provider, generationId }, requestId), '');
  } catch (error) {
    log('error', 'the acceptance could not be noted', {
      requestId,
      error: error instanceof Error ? error.name : 'unknown error',
    });
  }
};

/** A request whose content is refused is its sender's: it says nothing about the provider. */
const isUnaccepted = (outcome: StartOutcome): boolean =>
  outcome.kind !== 'accepted' && !(outcome.kind === 'refused' && outcome.code === 'InvalidRequest');

/** An acceptance, as the provider worded it. */
interface Accepted {
  readonly generationId: string;
  readonly details: GenerationDetails;
}

const acceptedOf = (
  { generationId, details }: Accepted,
  input: StartInput,
  own: ProviderSettings,
  now: number,
): Start => {
  const { execution, start } = input;
  const generation: Generation = {
    ...input.generation,
    generationId,
    acceptedAt: new Date(now).toISOString(),
  };
  const untilDeadline = (Date.parse(generation.deadline) - now) / 1000;
  const first =
    firstCheckSeconds(own, generation.expectedSeconds) + firstCheckSpread(own, generation);
  const wait = Math.max(0, Math.min(first, untilDeadline));
  return {
    next: 'accepted',
    waitSeconds: 0,
    memory: { ...start.memory, attempts: start.memory.attempts + 1 },
    state: {
      generation,
      poll: { next: 'wait', waitSeconds: Math.ceil(wait), memory: freshMemory },
      copy: {},
    },
    result: resultOf('Generation Accepted', {
      generation,
      execution,
      memory: freshMemory,
      now,
      details: Object.keys(details).length === 0 ? undefined : details,
    }),
  };
};

const stoppedOf = (
  { generation, execution }: StartInput,
  problem: Problem,
  memory: StartMemory,
  now: number,
): Start => ({
  next: 'stop',
  waitSeconds: 0,
  memory,
  result: notStartedOf(generation, { execution, now, problem }),
});

/**
 * One attempt to start a generation. It sends the request once at most, and what it returns becomes
 * `$.start`: the machine's Choice compares `next` alone. A repetition after it broke off may
 * pay twice.
 */
export const createStartGeneration = ({
  start,
  settings,
  clock,
  random,
  measure,
  ...options
}: StartGenerationOptions) => {
  return async (value: unknown): Promise<Start> => {
    const input = startInputSchema.parse(value);
    const {
      generation,
      request,
      start: { memory },
      execution,
    } = input;
    const { provider, requestId } = generation;
    const own = ownField(settings, provider);
    if (own === undefined)
      throw new Error(`provider '${provider}' is not deployed with this function`);
    const log = logAbout(options.log, { provider, generationId: undefined, execution });

    const before = clock.now();
    if (before >= Date.parse(generation.deadline)) {
      log('warn', 'too late to start', { requestId, attempts: memory.attempts });
      const last =
        memory.attempts === 0 ? 'the event came too late' : 'the last attempt was not accepted';
      const problem =
        memory.uncertainSince === undefined
          ? tooLateProblem(generation.deadline, last)
          : uncertainProblem(last);
      return stoppedOf(input, problem, memory, before);
    }

    const { pace, starting } = providerNamed(provider);
    const idempotent = starting?.idempotent === true;
    if (!maySend(memory, idempotent, before)) {
      log('warn', 'not sent again', { requestId, attempts: memory.attempts });
      return stoppedOf(
        input,
        uncertainProblem('an attempt ended without an answer, too long ago to ask again'),
        memory,
        before,
      );
    }

    const { outcome, retryAfterSeconds } = await loggingErrors(log, () =>
      start(generation, request, {
        fresh: memory.refusals > 0,
        idempotencyKey: idempotencyKeyOf(requestId, execution, memory),
      }),
    );
    measure({ UnacceptedStarts: isUnaccepted(outcome) ? 1 : 0 }, { provider });
    const now = clock.now();
    if (outcome.kind === 'accepted') {
      log('info', 'accepted', { requestId, generationId: outcome.generationId });
      await noteAccepted(generation, outcome.generationId, options.claims, log);
      return acceptedOf(outcome, input, own, now);
    }
    const decision = decideStart({
      outcome,
      retryAfterSeconds,
      memory,
      generation,
      settings: own,
      pace,
      idempotent,
      now,
      random: random(),
    });
    log('warn', 'not accepted', {
      requestId,
      kind: outcome.kind,
      next: decision.next,
      reason: outcome.message,
    });
    if (decision.next === 'stop') return stoppedOf(input, decision.problem, decision.memory, now);
    return { next: 'wait', waitSeconds: Math.ceil(decision.seconds), memory: decision.memory };
  };
};
