import { relative } from 'node:path';
import type { ApiKeys } from '../lambdas/contract/ports.ts';
import type { GenerationArchiverProps } from '../lib/config.ts';
import { createLocalArchiver } from './archiver.ts';
import { exitStatus } from './command.ts';
import { createDisplay } from './display.ts';
import type { ExecutionEnd } from './engine.ts';
import { summaryOf } from './progress-lines.ts';
import { isSaved } from './progress.ts';
import type { Rows } from './progress.ts';
import { createStoppableClock } from './stoppable-clock.ts';

/** A generation to follow: the detail of its trigger event. */
export interface Trigger {
  readonly provider: string;
  readonly generationId: string;
  readonly [field: string]: unknown;
}

/** What a run is made of. */
export interface RunOptions {
  readonly props: GenerationArchiverProps;
  readonly folder: string;
  readonly apiKeys: ApiKeys;
  readonly triggers: readonly Trigger[];
  readonly json: boolean;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
  /** Aborted when the user has had enough. */
  readonly stop: AbortSignal;
}

const pathText = (path: string): string => {
  const way = relative('.', path);
  return way.startsWith('..') ? path : `./${way}`;
};

const failuresIn = (ends: ReadonlyMap<string, ExecutionEnd>): readonly string[] =>
  [...ends.values()].flatMap((end) => (end.status === 'failed' ? [`${end.error}: ${end.cause}`] : []));

/** What a run did, below the progress. */
const report = (rows: Rows, pathOf: (key: string) => string, eventsFile: string): string => {
  const files = summaryOf(rows, pathOf);
  const saved = files.length === 0 ? ['Nothing was saved.'] : ['Saved and verified:', ...files];
  return ['', ...saved, '', `Events: ${pathText(eventsFile)}`, ''].join('\n');
};

/**
 * Follows generations to their end and shows how it goes.
 *
 * @returns the exit status
 */
export const runArchiver = async (options: RunOptions): Promise<number> => {
  const { props, folder, apiKeys, triggers, json, output, errors, stop } = options;
  const clock = createStoppableClock(stop);
  const display = createDisplay({ output, json, now: () => clock.now() });
  const archiver = createLocalArchiver({
    props,
    folder,
    apiKeys,
    clock,
    onCheck: (checked) => display.show({ kind: 'checked', at: clock.now(), checked }),
    onEvent: (event) => display.show({ kind: 'announced', at: clock.now(), event }),
  });
  const stopped = new Promise<'stopped'>((resolve) => {
    if (stop.aborted) resolve('stopped');
    stop.addEventListener('abort', () => resolve('stopped'), { once: true });
  });

  const follow = async (): Promise<ReadonlyMap<string, ExecutionEnd>> => {
    display.show({ kind: 'started', at: clock.now(), generations: triggers });
    for (const trigger of triggers) await archiver.trigger(trigger);
    return archiver.ends();
  };

  try {
    const ends = await Promise.race([follow(), stopped]);
    display.end();
    const all = [...display.rows().values()];
    if (ends === 'stopped' || stop.aborted) {
      const open = all.filter(({ outcome }) => outcome === undefined);
      errors.write(`interrupted: ${open.length} of ${all.length} generations are still open; what is saved stays\n`);
      return exitStatus.interrupted;
    }
    // Should never be seen: an execution that could not even announce how it ended.
    if (all.some(({ outcome }) => outcome === undefined))
      errors.write(`ended without a result: ${failuresIn(ends).join('; ')}\n`);
    if (!json) output.write(report(display.rows(), (key) => pathText(archiver.objects.filePath(key)), archiver.eventsFile));
    return all.length > 0 && all.every(isSaved) ? exitStatus.archived : exitStatus.notArchived;
  } finally {
    display.end();
    await archiver.close();
  }
};
