/**
 * A text as an absolute URL, or `undefined` where it is none.
 *
 * `URL.canParse` would say so without a `catch`, but Node.js 20 and some builds of 24 misread text
 * beyond ASCII in it once the call has become hot: what it accepts, `new URL` may refuse with an
 * exception, and the other way round.
 *
 * @param base what a relative reference is resolved against
 */
export const parseUrl = (text: string, base?: URL): URL | undefined => {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
};
