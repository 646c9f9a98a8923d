/** Fields that have one value. A host that sends another one beside it means the first. */
const singleFields = new Set([
  'content-length',
  'content-range',
  'content-type',
  'date',
  'etag',
  'last-modified',
  'location',
  'retry-after',
]);

const plainValue = (name: string, value: string | string[]): string => {
  if (!Array.isArray(value)) return value;
  return singleFields.has(name) ? (value[0] ?? '') : value.join(', ');
};

/**
 * Headers as the ports want them: names in lower case, repeated ones joined as HTTP allows ("RFC
 * 9110, 5.3 Field Order"), but for those that have one value.
 */
export const plainHeaders = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([key, value]) => {
      const name = key.toLowerCase();
      return value === undefined ? [] : [[name, plainValue(name, value)] as const];
    }),
  );

/**
 * Largest head of an answer that is read, in bytes: hosts behind several proxies send 20 kB of
 * policies and cookies, and what never ends is no head.
 */
export const maxHeadBytes = 128 * 1024;
