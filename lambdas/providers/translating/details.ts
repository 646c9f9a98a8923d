import type { JsonValue } from '../../contract/json.ts';
import type { GenerationDetails } from '../../contract/results.ts';
import { redactLinks } from './links.ts';
import { providerText } from './text.ts';

/**
 * Largest details, in bytes of JSON: they are part of the state and of every event, which hold 256
 * KiB in all.
 */
export const maxDetailsBytes = 16_000;

/**
 * Tried in turn until the details fit: entries per list, and UTF-16 units per text (at most 3 bytes
 * each).
 */
const bounds = [
  { entries: 50, length: 2000 },
  { entries: 50, length: 500 },
  { entries: 50, length: 80 },
  { entries: 10, length: 80 },
  { entries: 0, length: 80 },
] as const;

const bounded = (value: JsonValue, entries: number, length: number): JsonValue => {
  if (typeof value === 'string') return providerText(value, length);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.slice(0, entries).map((entry) => bounded(entry, entries, length));
  return boundedObject(value, entries, length);
};

const boundedObject = (
  fields: Readonly<Record<string, JsonValue>>,
  entries: number,
  length: number,
): GenerationDetails =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, bounded(value, entries, length)]),
  );

/**
 * Details for an event from chosen fields of an answer: `null` and absent ones left out, texts
 * cleaned, lists cut at 50 entries, links reduced, and the whole below {@link maxDetailsBytes}.
 */
export const detailsOf = (
  fields: Readonly<Record<string, unknown>>,
  downloadLinks: readonly string[] = [],
): GenerationDetails => {
  const reduced = Object.entries(fields).map(
    ([name, value]) => [name, redactLinks(value, { downloadLinks })] as const,
  );
  for (const { entries, length } of bounds) {
    const details = boundedObject(Object.fromEntries(reduced), entries, length);
    if (Buffer.byteLength(JSON.stringify(details)) <= maxDetailsBytes) return details;
  }
  return {};
};
