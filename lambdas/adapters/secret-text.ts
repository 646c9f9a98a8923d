/** A secret is a text, or bytes that an editor or a shell wrote: UTF-8, or UTF-16 with its mark. */
export const secretText = (secret: unknown): string => {
  if (typeof secret === 'string') return secret;
  if (!(secret instanceof Uint8Array)) return '';
  const [first, second] = secret;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(secret);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(secret);
  return new TextDecoder().decode(secret);
};
