import { generationId } from '../fault-case.ts';
import type { Followed } from '../world/executions.ts';
import type { Observed, SeenPost } from '../world/observed.ts';

/**
 * The create requests of an execution, in the order of their answers; none where the caller started
 * its generation.
 */
export const createPostsOf = ({ arn }: Followed, { posts }: Observed): SeenPost[] =>
  posts.filter(({ to, by }) => to === 'create' && by === arn);

/** What the provider called the generation of an execution: nobody but a liar tells several. */
export const idsOf = (followed: Followed, observed: Observed): string[] =>
  followed.generation.generationId === ''
    ? createPostsOf(followed, observed).flatMap(({ id }) => id ?? [])
    : [generationId];

/** Whether nobody can know if a POST did something. */
export const isUncertain = ({ fate }: SeenPost): boolean => fate === 'unknown';

/** Whether a POST may have done something. */
export const mayHaveActed = ({ fate }: SeenPost): boolean => fate !== 'nothing';

/** POSTs that followed one which may have done the same. */
export const repeated = (posts: readonly SeenPost[]): SeenPost[] => {
  const first = posts.findIndex(mayHaveActed);
  return first < 0 ? [] : posts.slice(first + 1).filter(({ brokeOff }) => brokeOff !== true);
};
