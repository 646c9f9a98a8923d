import * as z from 'zod';
import { generationSchema } from './generation.ts';
import { progressResultSchema, resultSchema } from './results.ts';

/**
 * What the checks of one generation remember from one to the next. It travels in the execution's
 * state, so it holds no API key and no link, and stays below a kilobyte.
 */
export const pollMemorySchema = z.object({
  /** Status requests made so far. */
  checks: z.int().nonnegative(),
  /** Consecutive 429 answers. */
  throttles: z.int().nonnegative(),
  /**
   * Factor on the interval that 429 answers raise and good answers lower; 1 is the documented
   * interval.
   */
  slowdown: z.number().min(1),
  /**
   * The last check was put off without a request: another generation had just met a 429 on the same
   * key.
   */
  heldBack: z.boolean().optional(),
  /**
   * On a key that has few requests a minute: when this generation may ask, since when it has waited
   * for that (ISO 8601), and among how many execution environments the limit was shared then.
   */
  turn: z
    .object({ at: z.iso.datetime(), since: z.iso.datetime(), among: z.int().positive() })
    .optional(),
  /**
   * On such a key: name of the execution environment that checked the generation last. The next one
   * learns by it how many they are.
   */
  checkedBy: z.string().max(16).optional(),
  /** Consecutive checks that got no usable answer. */
  failures: z.int().nonnegative(),
  /** Consecutive refusals of the API key. The check after a refusal reads the secret afresh. */
  refusals: z.int().nonnegative(),
  /**
   * The first refusal since the last good answer, ISO 8601; absent in the state of executions that
   * began with a version before.
   */
  refusedSince: z.iso.datetime().optional(),
  /** The first 404 since the last good answer, ISO 8601; absent as the one before. */
  notFoundSince: z.iso.datetime().optional(),
  /** Checks that met a status which the provider does not document. */
  unknownStatuses: z.int().nonnegative(),
  /** What the provider said last, in its own word, for example `processing`. */
  said: z.string().optional(),
  /** The provider's progress, 0 to 1, where it tells. */
  progress: z.number().min(0).max(1).optional(),
  /**
   * The first progress above 0 that the provider reported, and when (ISO 8601): what a forecast
   * measures from.
   */
  firstProgress: z.object({ progress: z.number().min(0).max(1), at: z.iso.datetime() }).optional(),
  /**
   * What was left of the key's request budgets, when (ISO 8601), and the factor on the interval
   * that followed from it.
   */
  budgets: z
    .object({
      at: z.iso.datetime(),
      stretch: z.number().min(1),
      burst: z.number().optional(),
      hourly: z.number().optional(),
      daily: z.number().optional(),
    })
    .optional(),
  /** When the provider first said "completed" without a file, ISO 8601. */
  exportPendingSince: z.iso.datetime().optional(),
  /** Fingerprint of the question that was announced last, so that each is announced once. */
  announcedQuestion: z.string().optional(),
  /**
   * What `Generation Progress` told last, and when it was found (ISO 8601), so that each is told
   * once; absent where nothing was told.
   */
  told: z
    .object({
      at: z.iso.datetime(),
      said: z.string(),
      phase: z.string().optional(),
      /** Twentieths of the work that were done. */
      twentieths: z.int().nonnegative().optional(),
    })
    .optional(),
  /** Questions that were answered so far. */
  answers: z.int().nonnegative().optional(),
  /**
   * When a check first saw that the last question was answered, ISO 8601: the pace is counted from
   * there.
   */
  resumedAt: z.iso.datetime().optional(),
  /** When a check first saw that the generation is done, ISO 8601. */
  detectedAt: z.iso.datetime().optional(),
});

/** See {@link pollMemorySchema}. */
export type PollMemory = z.infer<typeof pollMemorySchema>;

/** The memory of a generation that was never checked. */
export const freshMemory: PollMemory = {
  checks: 0,
  throttles: 0,
  slowdown: 1,
  failures: 0,
  refusals: 0,
  unknownStatuses: 0,
};

/** How following goes on after a check that brought no end. */
const goingOnValues = ['wait', 'goOn', 'pause'] as const;

/**
 * What a check answers: the one field that the checks machine compares. `wait` goes on in the
 * checks machine, and `announceProgress` tells something there before. Everything else is reported to the generation machine: `pause`, a wait that is
 * cheaper there; `goOn`, that the checks machine's time is up; `announceInput`, `copy` and `stop`,
 * what there is to tell.
 */
export const pollNextValues = [
  ...goingOnValues,
  'announceProgress',
  'announceInput',
  'copy',
  'stop',
] as const;

/**
 * What the checks machine itself reports, without a check: a request that is to be started first,
 * and checks that could not be run.
 */
export const ownReports = ['start', 'notRun'] as const;

/** What the generation machine is told: the one field that it compares. */
export const reportValues = [
  ...pollNextValues.filter((next) => next !== 'wait' && next !== 'announceProgress'),
  ...ownReports,
] as const;

/** State data `$.poll`: what the last check returned, or what the checks machine reported. */
export const pollSchema = z.object({
  next: z.enum([...pollNextValues, ...ownReports]),
  /** Whole seconds for the Wait state of the checks machine; 0 where no wait follows. */
  waitSeconds: z.int().nonnegative(),
  /** With `pause`: whole seconds for the Wait state of the generation machine. */
  pauseSeconds: z.int().nonnegative().optional(),
  /** How often in a row the checks machine could not run a check; absent after every check. */
  missed: z.int().nonnegative().optional(),
  memory: pollMemorySchema,
  /** The event to announce: with `announceInput` and `stop`. */
  result: resultSchema.optional(),
  /** With `announceProgress`: the event, and what `next` is once it was announced. */
  progress: progressResultSchema.extend({ afterwards: z.enum(goingOnValues) }).optional(),
});

/** See {@link pollSchema}. */
export type Poll = z.infer<typeof pollSchema>;

/** What an execution starts with: the work of intake. */
export const executionInputSchema = z.object({
  generation: generationSchema,
  poll: pollSchema,
  /**
   * Empty: nothing is copied yet. Present from the start, so that the machine's paths always
   * resolve.
   */
  copy: z.object({}),
});

/** See {@link executionInputSchema}. */
export type ExecutionInput = z.infer<typeof executionInputSchema>;

/** What the checks machine hands to a status-check function. */
export const checkInputSchema = z.object({
  generation: generationSchema,
  poll: z.object({ memory: pollMemorySchema }),
  /** ARN of the generation machine's execution, which outlives those of the checks machine. */
  execution: z.string(),
  /**
   * When the generation machine called the checks machine, ISO 8601. Absent where a state machine
   * invokes the check that has all states in one, as up to version 0.1: its executions go on under
   * their own definition.
   */
  calledAt: z.iso.datetime({ offset: true }).optional(),
  /**
   * When the checks machine began to invoke the check, ISO 8601: its tries before this one, and the start of
   * the function, lie in between. Absent under the definitions of versions before.
   */
  dueAt: z.iso.datetime({ offset: true }).optional(),
});

/** See {@link checkInputSchema}. */
export type CheckInput = z.infer<typeof checkInputSchema>;
