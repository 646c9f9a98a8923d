/**
 * A number from 0 (included) to 1 (not included) that depends on a text alone, and is spread evenly
 * over different texts (FNV-1a, mixed once more as MurmurHash3 ends).
 */
export const partOfText = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const character of text)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};
