/** Base64, in both of its alphabets, and hexadecimal digits; shorter ones may be anything. */
const encoded = /[A-Za-z0-9+/_-]{16,}={0,2}/g;

const hex = /^(?:[0-9a-f]{2})+$/i;

const utf8 = new TextDecoder();

/** The end may be cut within a character. */
const readable = (bytes: Buffer): string | undefined => {
  const text = utf8.decode(bytes).replace(/\uFFFD$/, '');
  return /[\uFFFD\p{Cc}]/u.test(text.replaceAll(/\s/g, ' ')) ? undefined : text;
};

const decodings = (run: string): readonly string[] =>
  [Buffer.from(run, 'base64'), ...(hex.test(run) ? [Buffer.from(run, 'hex')] : [])].flatMap(
    (bytes) => readable(bytes) ?? [],
  );

/**
 * A text in which everything in base64 or hexadecimal is replaced that is a text one must not see.
 *
 * @param isSecret whether a decoded text is one
 */
export const withoutEncoded = (
  text: string,
  isSecret: (decoded: string) => boolean,
  replacement: string,
): string => text.replaceAll(encoded, (run) => (decodings(run).some(isSecret) ? replacement : run));
