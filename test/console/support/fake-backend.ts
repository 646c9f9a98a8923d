import type {
  Archive,
  ArchivedFile,
  Backend,
  DeadLetter,
  Progress,
  Seen,
  StoryLine,
} from '../../../console/backend.ts';
import { isWanted } from '../../../console/executions/standing.ts';

/** What a {@link fakeBackend} holds. */
export interface Held {
  /** Newest first. */
  readonly all?: readonly Seen[];
  readonly progress?: ReadonlyMap<string, Progress>;
  readonly story?: readonly StoryLine[];
  readonly archive?: Archive;
  readonly body?: Buffer;
  readonly letters?: readonly DeadLetter[];
  /** What every question is answered with. */
  readonly refusal?: Error;
}

const bytesOf = async function* bytesOf(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body;
};

/** An archiver in memory, and what was sent to it. */
export const fakeBackend = ({
  all = [],
  progress = new Map(),
  story = [],
  archive,
  body,
  letters = [],
  refusal,
}: Held) => {
  const sent: { readonly detailType: string; readonly detail: object }[] = [];
  const resent: string[] = [];
  const refuse = (): void => {
    if (refusal !== undefined) throw refusal;
  };
  const backend: Backend = {
    title: 'Fake in memory',
    providers: ['gamma', 'duomi'],
    list: async function* list(query, from) {
      refuse();
      const start =
        from === undefined ? 0 : all.findIndex(({ execution }) => execution === from.after) + 1;
      for (let at = start; at < all.length; at += 100)
        yield { seen: all.slice(at, at + 100).filter((seen) => isWanted(query, seen)) };
    },
    find: async ({ provider, id }) => {
      refuse();
      return all.find(
        (seen) => seen.provider === provider && (seen.generationId === id || seen.requestId === id),
      );
    },
    story: async () => story,
    progress: async () => progress,
    archive: async () => archive,
    open: async () => bytesOf(body ?? Buffer.alloc(0)),
    link: async () => 'https://bucket.example/?signature=secret',
    send: async (detailType, detail) => {
      sent.push({ detailType, detail });
      return `event-${sent.length}`;
    },
    refusal: async () => undefined,
    deadLetters: async () => letters,
    release: async () => undefined,
    resend: async ({ id }) => {
      resent.push(id);
      return undefined;
    },
    costToday: async () => ({ dollars: 1.234, note: 'an estimate' }),
    requests: () => new Map(),
  };
  return { backend, sent, resent };
};

/** 2026-11-26T12:00:00Z */
export const noon = Date.UTC(2026, 10, 26, 12);

/** A generation as a backend tells of it. */
export const seenOf = (index: number, changes: Partial<Seen> = {}): Seen => ({
  execution: `arn:aws:states:eu-west-1:111122223333:execution:Archiver:gamma-${index}`,
  provider: 'gamma',
  generationId: `generation-${index}`,
  standing: 'Archived',
  startedAt: noon - index * 1000,
  endedAt: noon - index * 1000 + 131_000,
  trigger: {
    credential: 'default',
    metadata: {},
    requestedAt: noon,
    deadline: noon + 3_600_000,
    eventId: `event-${index}`,
  },
  ...changes,
});

/** A file of the generation `generation-0`, as its manifest tells of it. */
export const archivedFile = (
  format: string,
  changes: Partial<ArchivedFile> = {},
): ArchivedFile => ({
  bucket: 'archive',
  key: `gamma/generation-0/presentation.${format}`,
  format,
  contentType: 'application/pdf',
  bytes: 4,
  sha256: 'f'.repeat(64),
  ...changes,
});

/** What is archived of the generation `generation-0`. */
export const archiveOf = (...files: readonly ArchivedFile[]): Archive => ({
  provider: 'gamma',
  generationId: 'generation-0',
  metadata: {},
  archivedAt: '',
  isPartial: false,
  files,
});
