import type { Problem } from './error-codes.ts';
import type { Generation } from './generation.ts';
import type { Artifact, GenerationDetails, ObjectLocation, Result, ResultDetailType } from './results.ts';
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

/** Makes a result event: the one place that knows its shape. */
export const resultOf = (detailType: Exclude<ResultDetailType, 'Generation Rejected'>, content: ResultContent): Result => {
  const { generation, execution, memory, now, details, questionId, problem, artifacts, manifest, completedAt } = content;
  return {
    detailType,
    detail: {
      version: '1',
      provider: generation.provider,
      generationId: generation.generationId,
      credential: generation.credential,
      metadata: generation.metadata,
      ...(artifacts === undefined ? {} : { artifacts: [...artifacts] }),
      ...(manifest === undefined ? {} : { manifest }),
      ...(details === undefined ? {} : { generation: details }),
      ...(questionId === undefined ? {} : { questionId }),
      ...(problem === undefined ? {} : { error: { code: problem.code, message: problem.message } }),
      timing: {
        requestedAt: generation.requestedAt,
        ...(memory.detectedAt === undefined ? {} : { detectedAt: memory.detectedAt }),
        ...(completedAt === undefined ? {} : { completedAt }),
        endedAt: new Date(now).toISOString(),
        checks: memory.checks,
      },
      execution,
    },
  };
};
