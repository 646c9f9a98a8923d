import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { resultDetailTypes } from '../../lambdas/contract/results.ts';
import type { LocalArchiver } from '../../local/archiver.ts';
import { unlessMissing } from '../../local/folder-files.ts';
import { readJson } from '../../local/read-json.ts';
import type { Onlooker } from '../../local/run.ts';
import type { Trigger } from '../../local/triggers.ts';
import { ConsoleError } from '../aws/explain.ts';
import type { Backend, Seen } from '../backend.ts';
import { timeSchema } from '../executions/read-execution.ts';
import { readArchive } from '../executions/read-manifest.ts';
import { isWanted } from '../executions/standing.ts';
import { wholeStory } from '../executions/story.ts';
import { createFollowed } from './followed.ts';

const envelopeSchema = z.object({
  'detail-type': z.enum(resultDetailTypes),
  time: timeSchema,
  detail: z.looseObject({}),
});

/**
 * A page's view of the embedded run: what runs now, and what earlier runs in the same folder have
 * archived. The same interface as over a deployed stack.
 *
 * @param stay settles when the page is closed
 */
export const createEmbeddedBackend = (now: () => number, stay: () => Promise<void>) => {
  const followed = createFollowed();
  let archiver: Pick<LocalArchiver, 'trigger' | 'objects' | 'eventsFile'> | undefined;
  const begun = () => {
    if (archiver === undefined) throw new ConsoleError('the run has not begun yet');
    return archiver;
  };

  const toldOf = ({ execution }: Seen) =>
    followed.all().find(({ seen }) => seen.execution === execution);

  const readEarlier = async (file: string): Promise<void> => {
    const text = (await unlessMissing(readFile(file, 'utf8'))) ?? '';
    for (const line of text.split('\n')) {
      const event = readJson(envelopeSchema, line);
      if (event === undefined) continue;
      const { 'detail-type': detailType, detail, time } = event;
      followed.announced({ detailType, detail }, time);
    }
  };

  const onlooker: Onlooker = {
    begin: async (own) => {
      archiver = own;
      await readEarlier(own.eventsFile);
    },
    sent: followed.sent,
    checked: followed.checked,
    announced: followed.announced,
    stay,
  };
  const backend: Backend = {
    title: 'on this machine',
    providers: [],
    list: async function* list(query, from) {
      const newest = followed.all().map(({ seen }) => seen);
      const start =
        from === undefined ? 0 : newest.findIndex(({ execution }) => execution === from.after) + 1;
      yield { seen: newest.slice(start).filter((seen) => isWanted(query, seen)) };
    },
    find: async (name) => followed.find(name)?.seen,
    story: async (seen) => wholeStory(seen, toldOf(seen)?.told ?? []),
    progress: async (running) =>
      new Map(
        running.flatMap((seen) => {
          const progress = toldOf(seen)?.progress;
          return progress === undefined ? [] : [[seen.execution, progress]];
        }),
      ),
    archive: async (name, known) => {
      const key = (known ?? followed.find(name)?.seen)?.manifest?.key;
      const { objects } = begun();
      const found = key === undefined ? undefined : await objects.read(key);
      return readArchive(found?.body.toString('utf8'), objects.bucket);
    },
    open: async ({ key }) => begun().objects.readStream(key),
    link: async ({ key }) => begun().objects.filePath(key),
    send: async (detailType, detail) => {
      const eventId = randomUUID();
      const trigger = { detailType, detail } as Trigger;
      if (detailType === 'Generation Started' || detailType === 'Generation Requested')
        followed.sent(trigger, eventId, now());
      await begun().trigger(detail, eventId, detailType);
      return eventId;
    },
    refusal: async () => undefined,
    deadLetters: async () => [],
    release: async () => undefined,
    resend: async () => 'there are no dead letters here',
    costToday: async () => ({
      dollars: 0,
      note: 'AWS has no part in it; what the providers charge is theirs',
    }),
    requests: () => new Map(),
  };
  return { backend, onlooker };
};
