import type { Copy } from '../../contract/copy-state.ts';
import { fileFormatOf } from '../../contract/export-as.ts';
import { manifestKey } from '../../contract/keys.ts';
import { ownField } from '../../contract/own-field.ts';
import { contentTypes } from '../formats.ts';
import { storeDocument } from '../upload/document.ts';
import { fileNameOf } from '../upload/file-name.ts';
import { noteHome } from './home.ts';
import { writeManifest, type Failure, type Manifest } from './manifest.ts';
import { storedArtifacts, type ArchiveView } from './next-step.ts';
import { refusedFiles } from './offered-files.ts';
import { announced, notArchived, problemOf } from './outcome.ts';
import type { Ready } from './ready.ts';

/** Stores the status document, which is the artifact of a provider without exports. */
export const storeStatus = async ({
  input,
  status,
  options,
}: Pick<Ready, 'input' | 'status' | 'options'>): Promise<Manifest['document']> => {
  const { provider, generationId } = input.generation;
  const fileName = fileNameOf({ provider, generationId, title: status.title });
  return storeDocument(options.objects, options.keyPrefix, input.generation, {
    document: status.document,
    fileName,
  });
};

/** What could not be saved: offered files, wanted formats that nothing came of, files beyond the most. */
const failuresOf = (
  { files, wanted, progress }: ArchiveView,
  refused: number,
): readonly Failure[] => [
  ...files.flatMap(({ id, variant }): Failure[] => {
    const problem = ownField(progress.failed, id);
    return problem === undefined
      ? []
      : [{ file: id, ...(variant === undefined ? {} : { variant }), ...problem }];
  }),
  ...wanted.flatMap((format): Failure[] => {
    const file = fileFormatOf[format];
    const problem = ownField(progress.failed, file);
    const isOffered = files.some(({ id }) => id === file);
    return problem === undefined || isOffered ? [] : [{ file, ...problem }];
  }),
  ...(refused > 0 ? [{ file: 'others', ...refusedFiles(refused) }] : []),
];

const timingOf = ({ input, status }: Ready): Manifest['timing'] => {
  const { detectedAt } = input.poll.memory;
  const { completedAt } = status;
  return {
    requestedAt: input.generation.requestedAt,
    ...(detectedAt === undefined ? {} : { detectedAt }),
    ...(completedAt === undefined ? {} : { completedAt }),
  };
};

/**
 * Ends a copy with nothing left to be had: the manifest, and the event to announce.
 *
 * @param refused files beyond those that are archived
 */
export const conclude = async (ready: Ready, view: ArchiveView, refused: number): Promise<Copy> => {
  const { input, found, status, asker, options } = ready;
  const { objects, clock, keyPrefix } = options;
  const artifacts = storedArtifacts(view);
  const failures = failuresOf(view, refused);
  const problem = problemOf(failures, artifacts.length + failures.length);
  const about = { input, asks: asker.asks(), now: clock.now() };
  if (artifacts.length === 0 && problem !== undefined) {
    const isLate = problem.code === 'DeadlineExceeded';
    return notArchived(problem, about, {
      detailType: isLate ? 'Generation Timed Out' : 'Generation Not Archived',
      details: status.details,
    });
  }
  const document = await storeStatus(ready);
  await noteHome(options, { generation: input.generation, noted: ready.noted });
  const { provider, generationId, credential, metadata, folder, tags } = input.generation;
  const key = manifestKey(keyPrefix, input.generation);
  const ours: Manifest = {
    version: '1',
    provider,
    generationId,
    credential,
    metadata,
    ...(folder === undefined ? {} : { folder }),
    ...(tags === undefined ? {} : { tags }),
    outcome: status.partial || failures.length > 0 ? 'partial' : 'archived',
    providerPartial: status.partial,
    generation: status.details,
    artifacts:
      artifacts.length > 0
        ? [...artifacts]
        : [{ ...document, format: 'json', contentType: contentTypes.json }],
    document,
    failures: [...failures],
    timing: timingOf(ready),
    archivedAt: new Date(clock.now()).toISOString(),
  };
  const manifest = await writeManifest(objects, key, ours, found);
  return announced(manifest, key, { ...about, now: clock.now() });
};
