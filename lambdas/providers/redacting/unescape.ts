/** A text in a text in a text is escaped once more each time. */
const rounds = 3;

const namedEntities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

const characterOf = (code: number): string =>
  code > 0 && code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff)
    ? String.fromCodePoint(code)
    : ' ';

const percentDecoded = (escaped: string): string => {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
};

const once = (text: string): string =>
  text
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, percentDecoded)
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replaceAll(/\\x([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replaceAll(/\\[bfnrt]/g, ' ')
    .replaceAll(/\\(.)/g, '$1')
    .replaceAll(/&#(\d{1,7});/g, (_, code: string) => characterOf(Number(code)))
    .replaceAll(/&#x([0-9a-f]{1,6});/gi, (_, hex: string) => characterOf(Number.parseInt(hex, 16)))
    .replaceAll(
      /&(amp|lt|gt|quot|apos|nbsp);/gi,
      (_, name: string) => namedEntities[name.toLowerCase()] ?? ' ',
    );

/** A text without the escapes of URLs, JSON, JavaScript and HTML, three layers deep. Linear in time. */
export const unescaped = (text: string): string => {
  let current = text;
  for (let round = 0; round < rounds; round += 1) {
    const next = once(current);
    if (next === current) break;
    current = next;
  }
  return current;
};
