import type { Clock } from '../../lambdas/contract/ports.ts';
import { apis } from './apis.ts';
import { serveFile } from './files.ts';
import { playScript } from './script.ts';
import type { ScriptRun } from './script.ts';
import type { SimulatedGeneration } from './simulated-generation.ts';
import type { SimulatedProvider } from './simulated-providers.ts';
import type { ExportBehaviour, FileOptions, GenerationOptions, LinkTrouble } from './types.ts';

/** A generation with what its API needs to answer for it. */
export interface Entry {
  readonly generation: SimulatedGeneration;
  readonly run: ScriptRun;
  /** What the next request for a link meets in place of the link. */
  nextLinkTrouble(): LinkTrouble | undefined;
  /** Life of the next links, in seconds. */
  nextLinkSeconds(): number;
  /** Whether the next reply to a question gets no answer, before or after it is taken. */
  nextMessage(): 'before' | 'after' | undefined;
  readonly exportFiles: readonly FileOptions[];
  /** What the next request for an export meets. */
  nextExport(): ExportBehaviour;
}

/** All generations and their API keys. */
export interface Generations {
  /** @throws where the provider has a generation of that id already. */
  add(options: GenerationOptions): SimulatedGeneration;
  find(provider: SimulatedProvider, generationId: string): Entry | undefined;
  /** The generation whose deck has this id. */
  findDeck(provider: SimulatedProvider, deckId: string): Entry | undefined;
  isKnownKey(provider: SimulatedProvider, apiKey: string): boolean;
  /** Every key that was ever valid. */
  apiKeys(): readonly string[];
}

/** See {@link Generations}. */
export const createGenerations = ({
  clock,
  apiKeys,
}: {
  clock: Clock;
  apiKeys: Readonly<Record<SimulatedProvider, string>>;
}): Generations => {
  const entries = new Map<string, Entry>();
  const valid = new Set(Object.entries(apiKeys).map(([provider, key]) => `${provider}/${key}`));
  const everValid = new Set<string>(Object.values(apiKeys));

  const addKey = (provider: SimulatedProvider, key: string): void => {
    valid.add(`${provider}/${key}`);
    everValid.add(key);
  };

  const add: Generations['add'] = (options) => {
    const { provider } = options;
    const api = apis[provider];
    const generationId = options.generationId ?? api.newId();
    const name = `${provider}/${generationId}`;
    if (entries.has(name)) throw new Error(`generation ${name} exists already`);

    const createdAt = clock.now();
    const run = playScript(options.script, createdAt);
    let apiKey = options.apiKey ?? apiKeys[provider];
    addKey(provider, apiKey);
    const generation: SimulatedGeneration = {
      provider,
      generationId,
      title: options.title ?? 'Untitled deck',
      createdAt,
      files: (options.files ?? []).map(serveFile),
      sections: options.sections ?? [],
      get apiKey() {
        return apiKey;
      },
      advance: () => run.advance(clock.now()),
      setApiKey: (next) => {
        valid.delete(`${provider}/${apiKey}`);
        apiKey = next;
        addKey(provider, apiKey);
      },
    };

    const lives =
      typeof options.linkSeconds === 'number' ? [options.linkSeconds] : (options.linkSeconds ?? []);
    let issued = 0;
    const nextLinkSeconds = (): number => {
      const life = lives[Math.min(issued, lives.length - 1)] ?? api.linkSeconds;
      issued += 1;
      return life;
    };
    const messages = [...(options.messages ?? [])];
    const troubles = [...(options.linkAnswers ?? [])];
    const exportRequests = [...(options.exportRequests ?? [])];
    entries.set(name, {
      generation,
      run,
      nextLinkTrouble: () => troubles.shift(),
      nextLinkSeconds,
      nextMessage: () => messages.shift()?.hangUp,
      exportFiles: options.exportFiles ?? [],
      nextExport: () => exportRequests.shift() ?? {},
    });
    return generation;
  };

  return {
    add,
    find: (provider, generationId) => entries.get(`${provider}/${generationId}`),
    findDeck: (provider, deckId) =>
      [...entries.values()].find(
        ({ generation: one }) =>
          one.provider === provider && apis[provider].deckId?.(one.generationId) === deckId,
      ),
    isKnownKey: (provider, apiKey) => valid.has(`${provider}/${apiKey}`),
    apiKeys: () => [...everValid],
  };
};
