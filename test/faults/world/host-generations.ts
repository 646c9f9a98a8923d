import type { JsonObject } from '../../../lambdas/contract/json.ts';
import { createCreations, type Creations } from '../../../local/simulator/creations.ts';
import type { Entry, Generations } from '../../../local/simulator/generations.ts';
import type {
  GenerationOptions,
  OnCreate,
  Saying,
  SimulatedGeneration,
} from '../../../local/simulator/index.ts';
import { generationId, type FaultCase } from '../fault-case.ts';
import { referenceOf } from '../requests.ts';
import type { FaultBook } from './fault-book.ts';
import type { HostFiles } from './host-files.ts';
import type { Timeline } from './timeline.ts';
import type { Witness } from './witness.ts';

/** Something that a provider was asked to start, and started. */
export interface Creation {
  /** The request that asked for it. */
  readonly requestId: string;
  readonly generationId: string;
}

/** An answer that a provider took. */
export interface Message {
  readonly content: string;
  readonly question: string;
}

/**
 * Milliseconds for which a provider knows a repeated request by its key: the shortest time that
 * public APIs tell.
 */
const remembersFor = 30 * 60_000;

/** What the generations of a case are made of. */
export interface HostGenerationsOptions {
  readonly faultCase: FaultCase;
  readonly clock: Timeline;
  readonly faults: FaultBook;
  readonly files: HostFiles;
  readonly witness: Witness;
  readonly known: Generations;
}

/** Keys are forgotten after a while. */
const forgetful = (clock: Timeline): Creations => {
  const memory = createCreations();
  const since = new Map<string, number>();
  return {
    ...memory,
    remember: (provider, id, body, key) => {
      if (key !== undefined) since.set(key, clock.now());
      memory.remember(provider, id, body, key);
    },
    repeated: (key, body) =>
      clock.now() - (since.get(key) ?? 0) > remembersFor ? undefined : memory.repeated(key, body),
  };
};

/**
 * The generations of a case: the one that its caller started, or those that the provider is asked
 * to start.
 */
export const createHostGenerations = ({
  faultCase,
  clock,
  faults,
  files,
  witness,
  known,
}: HostGenerationsOptions) => {
  const { provider, script, linkSeconds, triggers } = faultCase;
  const creations: Creation[] = [];
  const messages: Message[] = [];
  const made: SimulatedGeneration[] = [];
  let override: Saying | undefined;
  let said: Saying | undefined;

  const options: Omit<GenerationOptions, 'provider' | 'generationId'> = {
    script,
    files: files.own,
    exportFiles: files.onRequest,
    title: 'Quarterly review',
    sections: [{ id: 'one', title: 'Opening' }],
    ...(linkSeconds === undefined ? {} : { linkSeconds }),
  };
  const add = (added: GenerationOptions): SimulatedGeneration => {
    const generation = known.add(added);
    made.push(generation);
    return generation;
  };
  const isRequested = triggers.some(({ detailType }) => detailType === 'Generation Requested');
  // Where the caller starts nothing, one that nobody knows stands for the account of the key.
  add(
    isRequested
      ? { provider, generationId: 'of-the-account', script: [{ says: 'working' }] }
      : { ...options, provider, generationId },
  );

  const onCreate: OnCreate = async (_, body) => {
    const count = creations.length + 1;
    creations.push({
      requestId: referenceOf(body),
      generationId: count === 1 ? generationId : `gen-${count}`,
    });
    return options;
  };

  const instead = (usual: Saying): Saying => {
    said = override ?? usual;
    return said;
  };
  const nextExport: Entry['nextExport'] = () => {
    const { seconds, fails } = faults.meet('exporting') ?? {};
    if (fails !== undefined) witness.saw('export failed');
    return {
      ...(seconds === undefined ? {} : { seconds }),
      ...(fails === undefined ? {} : { fails }),
    };
  };
  const withFaults = (entry: Entry | undefined): Entry | undefined => {
    if (entry === undefined) return undefined;
    const { run } = entry;
    return {
      ...entry,
      run: {
        ...run,
        answer: (now) => instead(run.answer(now)),
        peek: (now) => instead(run.peek(now)),
      },
      nextExport,
    };
  };
  const generations: Generations = {
    ...known,
    add: (added) => add({ ...added, generationId: creations.at(-1)?.generationId ?? generationId }),
    find: (name, id) => withFaults(known.find(name, id)),
    findDeck: (name, id) => withFaults(known.findDeck(name, id)),
  };

  return {
    generations,
    memory: forgetful(clock),
    onCreate,
    creations,
    messages,
    override: (saying: Saying | undefined): void => {
      override = saying;
      said = undefined;
    },
    said: (): Saying | undefined => said,
    /** Whether a generation waits for an answer now, which it then gets. */
    takesMessage: ({ pathname }: URL, { content }: JsonObject): boolean => {
      const id = /\/(?<id>[^/]+)\/message$/.exec(pathname)?.groups?.['id'] ?? '';
      const saying = known.find(provider, id)?.run.peek(clock.now());
      if (saying?.says !== 'question') return false;
      messages.push({
        content: typeof content === 'string' ? content : '',
        question: saying.question,
      });
      return true;
    },
    apiKey: (): string => made[0]?.apiKey ?? '',
    setApiKey: (next: string): void => {
      for (const generation of made) generation.setApiKey(next);
    },
  };
};
