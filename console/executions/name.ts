import {
  executionName,
  periodsAt,
  requestExecutionName,
  type NamedGeneration,
} from '../../lambdas/handlers/intake/execution-names.ts';

/** What an execution's name tells of its generation. */
export type Named =
  | { readonly provider: string; readonly generationId: string }
  | { readonly provider: string; readonly requestId: string }
  /** The id is longer than what the name shows of it. */
  | { readonly provider: string; readonly idBeginning: string };

/** `<provider>-<beginning of the id>-<16 hexadecimal digits>`, and a number from the second run on. */
const shape = /^(?<first>(?<shown>.+)-[0-9a-f]{16})(?:-\d{1,3})?$/;

/** Days for which Step Functions remembers an execution, and the length of a period of names. */
const remembered = 90;
const periodDays = 28;

const day = 86_400_000;

/** The periods of names in which an execution may have begun that is still remembered, newest first. */
export const rememberedPeriods = (generation: NamedGeneration, now: number): readonly number[] => {
  const times = Array.from(
    { length: Math.ceil(remembered / periodDays) + 1 },
    (_, index) => now - index * periodDays * day,
  );
  return [...new Set(times.flatMap((time) => periodsAt(generation, time)))].toSorted(
    (a, b) => b - a,
  );
};

/**
 * Reads an execution's name. Provider and id may hold hyphens themselves: where the whole id is in
 * the name, its hash tells which hyphen parts them; else the known providers do, or the first
 * hyphen.
 *
 * @param now milliseconds since 1970
 * @returns `undefined` for an execution that intake did not start
 */
export const readName = (
  name: string,
  providers: readonly string[],
  now: number,
): Named | undefined => {
  const { first, shown } = shape.exec(name)?.groups ?? {};
  if (shown === undefined) return undefined;
  const splits = [...shown.matchAll(/-/g)].map(({ index }) => ({
    provider: shown.slice(0, index),
    id: shown.slice(index + 1),
  }));
  for (const { provider, id } of splits) {
    const named = { provider, generationId: id };
    const isOwn = rememberedPeriods(named, now).some(
      (period) => executionName(named, 1, period) === first,
    );
    if (isOwn) return named;
    if (requestExecutionName({ provider, requestId: id }) === first)
      return { provider, requestId: id };
  }
  const split = splits.find(({ provider }) => providers.includes(provider)) ?? splits[0];
  return split === undefined ? undefined : { provider: split.provider, idBeginning: split.id };
};
