import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../lambdas/contract/json.ts';
import type { SimulatedProvider } from './simulated-providers.ts';
import type { CreateTrouble } from './types.ts';

/** A create request that came with an `Idempotency-Key`, and what it started. */
interface Keyed {
  readonly body: JsonObject;
  readonly generationId: string;
}

/** What the create endpoints remember. */
export interface Creations {
  /** Lets the next create requests of a provider meet these, in turn. */
  plan(provider: SimulatedProvider, troubles: readonly CreateTrouble[]): void;
  /** What the create request that has just arrived meets. */
  nextTrouble(provider: SimulatedProvider): CreateTrouble | undefined;
  /** What an earlier request with that key started: nothing, where it was another request. */
  repeated(
    key: string,
    body: JsonObject,
  ): { readonly generationId: string | undefined } | undefined;
  remember(
    provider: SimulatedProvider,
    generationId: string,
    body: JsonObject,
    key: string | undefined,
  ): void;
  /** Every generation that a provider was asked to start and started, oldest first. */
  started(provider: SimulatedProvider): readonly string[];
}

/** See {@link Creations}. */
export const createCreations = (): Creations => {
  const planned: { readonly provider: SimulatedProvider; readonly trouble: CreateTrouble }[] = [];
  const started: { readonly provider: SimulatedProvider; readonly generationId: string }[] = [];
  const keyed = new Map<string, Keyed>();
  return {
    plan: (provider, troubles) =>
      planned.push(...troubles.map((trouble) => ({ provider, trouble }))),
    nextTrouble: (provider) => {
      const index = planned.findIndex((one) => one.provider === provider);
      return index < 0 ? undefined : planned.splice(index, 1)[0]?.trouble;
    },
    repeated: (key, body) => {
      const before = keyed.get(key);
      if (before === undefined) return undefined;
      return {
        generationId: isDeepStrictEqual(before.body, body) ? before.generationId : undefined,
      };
    },
    remember: (provider, generationId, body, key) => {
      started.push({ provider, generationId });
      if (key !== undefined) keyed.set(key, { body, generationId });
    },
    started: (provider) =>
      started.filter((one) => one.provider === provider).map(({ generationId }) => generationId),
  };
};
