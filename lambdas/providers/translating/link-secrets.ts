/** A link in a link is encoded once; twice happens where a viewer is embedded in another. */
const decodingRounds = 3;

/**
 * Names of query parameters that sign a link or carry a secret: those of object stores and of what
 * lies before them (Akamai's `hdnts`, nginx' `md5`, SharePoint's `tempauth`, Dropbox' `rlkey`).
 */
const secretNames = new Set([
  '__gda__',
  '_upt',
  'bearer',
  'hdnea',
  'hdntl',
  'hdnts',
  'md5',
  'otp',
  'resourcekey',
  'rlkey',
  'sas',
  'session',
  'sessionid',
  'sid',
  'ticket',
  'verify',
  'wmsauthsign',
  'sig',
  'sign',
  'hmac',
  'jwt',
  'key',
  'auth',
  'authorization',
  'policy',
  'password',
  'pwd',
  'expires',
  'expire',
  'expiry',
  'key-pair-id',
  'googleaccessid',
  'se',
  'sp',
  'sv',
  'sr',
]);

/**
 * Families of such names: AWS, Google and Alibaba signatures, and every kind of token, secret and
 * key.
 */
const secretFamilies =
  /^(?:x-amz-|x-goog-|x-oss-|q-sign)|token|signature|secret|credential|passw|(?:api|access|auth)[-_]?key|temp[-_]?auth|jwt|_share$/;

/** Names that mean anything, and a signature where their value is as long as one (imgix, Discord, Meta). */
const shortNames = new Set(['s', 'h', 'hm', 'oh', 'hash']);
const signatureLength = 16;

/**
 * Undoes percent-encoding and JSON's escapes, ASCII only: enough to see names and separators, and
 * it cannot fail.
 */
const decodeOnce = (text: string): string =>
  text.replaceAll(/(?:%|\\u00)([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

const namesSecret = (text: string): boolean =>
  text.split(/[?&;#~]/).some((part) => {
    const end = part.indexOf('=');
    if (end < 0) return false;
    const name = part.slice(0, end).trim().toLowerCase();
    const isLong = part.length - end > signatureLength;
    return secretNames.has(name) || secretFamilies.test(name) || (isLong && shortNames.has(name));
  });

/** Whether the parameters or the fragment of a link sign it or carry a secret, also in a link within it. */
export const carriesSecret = (tail: string): boolean => {
  let text = tail;
  for (let round = 0; round <= decodingRounds; round += 1) {
    if (namesSecret(text)) return true;
    const decoded = decodeOnce(text);
    if (decoded === text) return false;
    text = decoded;
  }
  return false;
};
