import type { Problem } from './error-codes.ts';
import type { Generation, RequestedGeneration } from './generation.ts';
import type {
  Artifact,
  CancelledResult,
  GenerationDetails,
  GenerationResultType,
  NotStartedDetail,
  NotStartedResult,
  ObjectLocation,
  ProgressDetail,
  ProgressResult,
  ResultDetail,
} from './results.ts';
import type { PollMemory } from './state.ts';

/** What a result event tells. What is `undefined` is absent from the event. */
export interface ResultContent {
  readonly generation: Generation;
  /** ARN of the execution. */
  readonly execution: string;
  readonly memory: PollMemory;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly details?: GenerationDetails | undefined;
  /** Which question is asked. */
  readonly questionId?: string | undefined;
  readonly problem?: Problem | undefined;
  readonly artifacts?: readonly Artifact[] | undefined;
  readonly manifest?: ObjectLocation | undefined;
  /** When the provider says that it finished, ISO 8601. */
  readonly completedAt?: string | undefined;
}

/** Where its files lie and how they are tagged; what was not asked for is absent. */
const placeOf = ({
  folder,
  tags,
}: Pick<Generation, 'folder' | 'tags'>): Pick<Generation, 'folder' | 'tags'> => ({
  ...(folder === undefined ? {} : { folder }),
  ...(tags === undefined ? {} : { tags }),
});

/** The one place that knows the shape of a result event. */
const detailOf = (content: ResultContent): ResultDetail => {
  const {
    generation,
    execution,
    memory,
    now,
    details,
    questionId,
    problem,
    artifacts,
    manifest,
    completedAt,
  } = content;
  return {
    version: '1',
    provider: generation.provider,
    generationId: generation.generationId,
    ...(generation.requestId === undefined ? {} : { requestId: generation.requestId }),
    credential: generation.credential,
    metadata: generation.metadata,
    ...placeOf(generation),
    ...(artifacts === undefined ? {} : { artifacts: [...artifacts] }),
    ...(manifest === undefined ? {} : { manifest }),
    ...(details === undefined ? {} : { generation: details }),
    ...(questionId === undefined ? {} : { questionId }),
    ...(problem === undefined ? {} : { error: { code: problem.code, message: problem.message } }),
    timing: {
      requestedAt: generation.requestedAt,
      ...(generation.acceptedAt === undefined ? {} : { acceptedAt: generation.acceptedAt }),
      ...(memory.detectedAt === undefined ? {} : { detectedAt: memory.detectedAt }),
      ...(completedAt === undefined ? {} : { completedAt }),
      endedAt: new Date(now).toISOString(),
      checks: memory.checks,
    },
    execution,
  };
};

/** Makes a result event. */
export const resultOf = <Type extends GenerationResultType>(
  detailType: Type,
  content: ResultContent,
): { detailType: Type; detail: ResultDetail } => ({ detailType, detail: detailOf(content) });

/** What `Generation Progress` tells. */
export type ProgressContent = Pick<ResultContent, 'generation' | 'execution' | 'memory' | 'now'> & {
  readonly telling: Pick<
    ProgressDetail,
    'status' | 'progress' | 'step' | 'elapsedSeconds' | 'expectedSeconds'
  >;
};

/** Makes the event about what the provider tells on the way. */
export const progressOf = ({ telling, ...about }: ProgressContent): ProgressResult => ({
  detailType: 'Generation Progress',
  detail: { ...detailOf(about), ...telling },
});

/** What an event tells about a request that has led to no id. */
export type RequestContent = Pick<ResultContent, 'execution' | 'now'> & {
  readonly problem: Problem;
};

const requestDetail = (
  { provider, requestId, credential, metadata, requestedAt, ...asked }: RequestedGeneration,
  { execution, now, problem: { code, message } }: RequestContent,
): NotStartedDetail => ({
  version: '1',
  provider,
  requestId,
  credential,
  metadata,
  ...placeOf(asked),
  error: { code, message },
  timing: { requestedAt, endedAt: new Date(now).toISOString(), checks: 0 },
  execution,
});

/** Makes the event about a request that led to nothing, or to nothing that is known of. */
export const notStartedOf = (
  generation: RequestedGeneration,
  content: RequestContent,
): NotStartedResult => ({
  detailType: 'Generation Not Started',
  detail: requestDetail(generation, content),
});

/**
 * Makes the event about a request that was cancelled before the provider had accepted it, as far as
 * is known.
 */
export const requestCancelledOf = (
  generation: RequestedGeneration,
  content: RequestContent,
): CancelledResult => ({
  detailType: 'Generation Cancelled',
  detail: requestDetail(generation, content),
});
