import { JSONParser } from '@streamparser/json';
import type { JsonObject, JsonValue } from '../contract/json.ts';

type Plain = Exclude<JsonValue, object>;

const isPlain = (value: unknown): value is Plain | null =>
  value === null || typeof value !== 'object';

/** What an object below the root has: of an object in it, nothing more than that it is there. */
type Member = Plain | null | Readonly<Record<string, never>>;

/** Longest text that the parser puts together at once, in bytes; longer ones take one step more. */
const stringBufferBytes = 64 * 1024;

/** Reads a JSON document piece by piece, and keeps what lies near its root. */
export interface JsonBeginning {
  /** @throws where the document is no JSON */
  write(chunk: Uint8Array): void;
  /**
   * Texts, numbers and flags of the root object and of the objects directly below it, as far as
   * they have been read; of an object below those, that it is there.
   */
  soFar(): JsonObject;
}

/**
 * Skims a JSON document that is too large to be held: whatever lies deeper than two levels, or in a
 * list, is read and forgotten, so that megabytes pass through some kilobytes of memory.
 */
export const createJsonBeginning = (): JsonBeginning => {
  const root = new Map<string, Plain | null | Map<string, Member>>();
  const parser = new JSONParser({
    paths: ['$.*', '$.*.*'],
    keepStack: false,
    stringBufferSize: stringBufferBytes,
  });
  parser.onValue = ({ key, value, stack }) => {
    if (typeof key !== 'string') return;
    const above = stack[1]?.key;
    if (stack.length === 1) {
      if (isPlain(value)) root.set(key, value);
      else if (!root.has(key)) root.set(key, new Map());
      return;
    }
    if (typeof above !== 'string' || Array.isArray(value)) return;
    const member = isPlain(value) ? value : {};
    const members = root.get(above);
    if (members instanceof Map) members.set(key, member);
    else root.set(above, new Map([[key, member]]));
  };
  return {
    write: (chunk) => parser.write(chunk),
    soFar: () =>
      Object.fromEntries(
        [...root].map(([key, value]) => [
          key,
          value instanceof Map ? Object.fromEntries(value) : value,
        ]),
      ),
  };
};
