/**
 * How a PDF, a ZIP, a PNG and a JPEG begin in base64 (RFC 4648, 4). A quotation mark stands before it
 * where the text was made to JSON.
 */
const fileStart = /^"?(?:JVBERi0[xy]L|UEsDB|iVBORw0KGg|\/9j\/)/;

/** Characters of base64, also of that for links, and so many that no word is mistaken for it. */
const base64 = /^"?[\w+/-]{15,}$/;

/**
 * Whether the first bytes of a body are those of a file in base64: gateways that take every answer of a
 * function for text send files so (Amazon API Gateway Developer Guide, Binary media types). No file that is
 * archived begins like that.
 */
export const isBase64File = (head: Buffer): boolean => {
  const text = head.toString('latin1');
  return fileStart.test(text) && base64.test(text);
};

/**
 * What a text in base64 holds, piece by piece.
 *
 * @throws while it is read, where it breaks off within a byte
 */
export async function* decodedBase64(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = '';
  for await (const chunk of body) {
    const text =
      rest +
      Buffer.from(chunk)
        .toString('latin1')
        .replaceAll(/[^\w+/-]/g, '');
    const whole = text.length - (text.length % 4);
    rest = text.slice(whole);
    if (whole > 0) yield Buffer.from(text.slice(0, whole), 'base64');
  }
  if (rest.length === 1) throw new Error('the text in base64 breaks off');
  if (rest !== '') yield Buffer.from(rest, 'base64');
}
