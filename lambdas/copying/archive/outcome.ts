import type { Copy, CopyInput, StoredArtifact } from '../../contract/copy-state.ts';
import type { Problem } from '../../contract/error-codes.ts';
import { objectUri } from '../../contract/keys.ts';
import { resultOf } from '../../contract/result-of.ts';
import type { Artifact, GenerationDetails, ResultDetailType } from '../../contract/results.ts';
import type { Failure, Manifest } from './manifest.ts';

/** What every result of one copy is about. */
export interface OutcomeOf {
  readonly input: CopyInput;
  /** Status requests that the copy itself made. */
  readonly asks: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Failed files that a message names; the manifest lists all. */
const maxNamedFailures = 5;

/** What the outside sees of a stored file. */
const artifactOf = ({
  bucket,
  key,
  uri,
  format,
  contentType,
  bytes,
  sha256,
  variant,
}: StoredArtifact): Artifact => ({
  bucket,
  key,
  uri,
  format,
  contentType,
  bytes,
  sha256,
  ...(variant === undefined ? {} : { variant }),
});

/**
 * What went wrong with some files, as one problem: the code of the first, and a message that names
 * them.
 *
 * @returns `undefined` where nothing did
 */
export const problemOf = (failures: readonly Failure[], total: number): Problem | undefined => {
  const [first] = failures;
  if (first === undefined) return undefined;
  if (total === 1) return { code: first.code, message: first.message };
  const named = failures
    .slice(0, maxNamedFailures)
    .map(({ file, code, message }) => `file ${file}: ${message} (${code})`);
  const rest = failures.length - named.length;
  const list = [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
  return {
    code: first.code,
    message: `${failures.length} of ${total} files could not be saved: ${list}`,
  };
};

const about = ({ input, asks, now }: OutcomeOf) => {
  const { generation, execution, poll } = input;
  return {
    generation,
    execution,
    now,
    memory: { ...poll.memory, checks: poll.memory.checks + asks },
  };
};

/**
 * The archive is there: announced from its manifest, whether this copy or an earlier one made it.
 */
export const announced = (manifest: Manifest, key: string, of: OutcomeOf): Copy => {
  const { bucket } = manifest.document;
  const { artifacts, failures, outcome, generation, timing } = manifest;
  const result = resultOf(
    outcome === 'archived' ? 'Generation Archived' : 'Generation Partially Archived',
    {
      ...about(of),
      details: generation,
      problem: problemOf(failures, artifacts.length + failures.length),
      artifacts: artifacts.map(artifactOf),
      manifest: { bucket, key, uri: objectUri(bucket, key) },
      completedAt: timing.completedAt,
    },
  );
  return { next: 'succeed', result };
};

/** Nothing could be saved, or the provider gave up on the generation. */
export const notArchived = (
  problem: Problem,
  of: OutcomeOf,
  options: {
    readonly detailType?: Extract<
      ResultDetailType,
      'Generation Failed' | 'Generation Timed Out' | 'Generation Not Archived'
    >;
    readonly details?: GenerationDetails;
  } = {},
): Copy => {
  const { detailType = 'Generation Not Archived', details } = options;
  return { next: 'fail', result: resultOf(detailType, { ...about(of), details, problem }) };
};
