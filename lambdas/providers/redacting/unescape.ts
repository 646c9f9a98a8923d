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

const utf8 = new TextDecoder();

/**
 * Bytes as UTF-8. One that is none, as in Latin-1 or where the text was cut within a character,
 * becomes U+FFFD, so that the rest is read all the same.
 */
const textOfBytes = (bytes: readonly number[]): string => utf8.decode(Uint8Array.from(bytes));

/** Decodes a run of bytes that are written as digits, each with a sign before them. */
const bytesIn =
  (digits: RegExp, radix: number) =>
  (run: string): string =>
    textOfBytes((run.match(digits) ?? []).map((byte) => Number.parseInt(byte, radix)));

const hexBytes = bytesIn(/[0-9a-f]{2}/gi, 16);
const octalBytes = bytesIn(/[0-7]{3}/g, 8);

const hexCharacter = (_: string, hex: string): string => characterOf(Number.parseInt(hex, 16));

/** UTF-8 that was read as Latin-1, at least two bytes for each character. */
const misread = (run: string): string => {
  const text = utf8.decode(Buffer.from(run, 'latin1'));
  return text.includes('\uFFFD') ? run : text;
};

const once = (text: string): string =>
  text
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, hexBytes)
    .replaceAll(/\\U([0-9a-f]{8})/g, hexCharacter)
    .replaceAll(/[%\\]u([0-9a-f]{4})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replaceAll(/\\u\{([0-9a-f]{1,8})\}/gi, hexCharacter)
    .replaceAll(/(?:\\x[0-9a-f]{2})+/gi, hexBytes)
    .replaceAll(/(?:\\[23][0-7]{2})+/g, octalBytes)
    // The bytes of quoted-printable that are not ASCII.
    .replaceAll(/(?:=[89A-F][0-9A-F]){2,}/g, hexBytes)
    // Cut within an escape: its letters belong to no word.
    .replaceAll(/\\(?:u[0-9a-f]{0,3}|x[0-9a-f]?)(?![\p{L}\p{N}{])/giu, '\uFFFD')
    .replaceAll(/\\[bfnrt]/g, ' ')
    .replaceAll(/\\(.)/g, '$1')
    .replaceAll(/&#(\d{1,7});/g, (_, code: string) => characterOf(Number(code)))
    .replaceAll(/&#x([0-9a-f]{1,6});/gi, hexCharacter)
    .replaceAll(
      /&(amp|lt|gt|quot|apos|nbsp);/gi,
      (_, name: string) => namedEntities[name.toLowerCase()] ?? ' ',
    )
    .replaceAll(/(?:[\u00C2-\u00F4][\u0080-\u00BF]{1,3})+/g, misread);

/**
 * A text without the escapes of URLs, JSON, JavaScript, Python and HTML, three layers deep, whether
 * whole or cut within one. Linear in time.
 */
export const unescaped = (text: string): string => {
  let current = text;
  for (let round = 0; round < rounds; round += 1) {
    const next = once(current);
    if (next === current) break;
    current = next;
  }
  return current;
};
