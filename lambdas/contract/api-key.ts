import { keyInJson } from './api-key-json.ts';
import { placeholders } from './api-key-placeholders.ts';
import { withoutQuotes } from './api-key-quotes.ts';

/** How keys begin that name themselves: Gamma's and Perceptis's, in their documentation's examples. */
const keyBeginning = /^sk-(?:gamma|live)-/;

/**
 * Whether a text is an API key, as far as its beginning tells. Who puts one where a name belongs
 * must not find it in every event.
 */
export const looksLikeApiKey = (text: string): boolean => keyBeginning.test(text);

/** How the keys of every known provider begin that has a beginning of its own. */
const knownBeginning = /^(?:sk[-_]|chr_)/i;

/**
 * Whether a text that is to be stored or echoed begins as API keys do. Words that only headers begin
 * with are no keys: `basic` may be a plan.
 */
export const beginsAsApiKey = (text: string): boolean => knownBeginning.test(text);

/** A header with a key in it, long enough to be one. */
const header = /^\s*(?:bearer|basic|x-api-key:)\s+\S{20,}/i;

/** Whether a text that may have spaces is an API key, or a header with one. */
export const holdsApiKey = (text: string): boolean =>
  beginsAsApiKey(text.trim()) || header.test(text);

/** How keys and headers with keys begin, of any provider. */
const possibleBeginning = /^\s*(?:sk[-_]|chr_|bearer\b|basic\b|x-api-key\b)/i;

/** How the keys of known providers begin, anywhere in a text: in a path, behind a name. */
const beginningWithin = /(?:^|[^A-Za-z0-9])(?:sk[-_]|chr_)/i;

/** Whether a text that is no name may be an API key, so that no message repeats it. */
export const mayBeApiKey = (text: string): boolean => possibleBeginning.test(text);

/** Whether a text may have an API key anywhere in it, so that no message repeats it. */
export const mayHoldApiKey = (text: string): boolean => beginningWithin.test(text);

/** A text with "…" in place of what begins as API keys do. */
export const withoutApiKeys = (text: string): string =>
  text.replaceAll(/(?<![A-Za-z0-9])(?:sk[-_]|chr_)[\w.~+/=-]{8,}/gi, '…');

/** An API key, or why a text is none: a clause such as "is empty", which quotes nothing of it. */
export type ReadApiKey = { readonly apiKey: string } | { readonly problem: string };

const problemOf = (problem: string): ReadApiKey => ({ problem });

/**
 * What stands in a text without being seen: byte-order mark, zero-width characters, soft hyphen, and
 * the NULs of UTF-16 that was read as something else. No key has one.
 */
const withoutUnseen = (text: string): string =>
  text.replaceAll('\0', '').replaceAll(/\p{Cf}/gu, '');

/** A shell's assignment, with its value. */
const assignment =
  /^(?:(?:export|set|setx|env|const|let|var|declare -x)\s+(?<exported>[A-Za-z_]\w*)|\$env:(?<ofPowerShell>[A-Za-z_]\w*)|(?:--)?(?<quote>["'`]?)(?<name>[A-Za-z_][\w-]*(?:key|token|secret))\k<quote>)\s*(?:=>?|:\s|(?<=["'`]):)\s*(?<value>.*)$/i;

/** Whatever name it has, a value that begins as keys do is one. */
const named =
  /^(?:--)?["'`]?[A-Za-z_][\w.-]*["'`]?\s*(?:=>?|:)\s*(?<value>["'`]?(?:sk[-_]|chr_|bearer\s).*)$/i;

/** A header with a key, or the scheme in front of one. */
const headerName = /^(?:(?:proxy-)?authorization|x-api-key|api-key)\s*[:=]\s*/i;

/** What editors, shells and lists leave behind a key: line ends as they are typed, and separators. */
const withoutRest = (text: string): string => {
  const ended = text.replace(/(?:\\[rnt]|%0[ad])+$/i, '');
  return beginsAsApiKey(ended) || ended.startsWith('"') ? ended.replace(/[,;]+$/, '') : ended;
};

/** A file of settings may have comments and blank lines around the one that counts. */
const withoutComments = (text: string): string => {
  const lines = text.split(/[\r\n]+/).filter((line) => !/^\s*(?:#|$)/.test(line));
  return lines.length === 1 ? (lines[0] ?? '').trim() : text;
};

const assigned = (text: string): string => {
  const found = assignment.exec(text) ?? named.exec(text);
  const value = found?.groups?.['value']?.trim() ?? '';
  // A key may end as base64 does, in "=", or hold one.
  if (/^=*$/.test(value) || mayBeApiKey(text)) return text;
  return value.replace(/\s+#.*$/, '').replace(/\s*[,;]$/, '');
};

/** Takes off one layer of what people and tools put around a key. */
const unwrapped = (text: string): string => {
  const bare = withoutQuotes(withoutRest(withoutComments(text)));
  return assigned(bare)
    .replace(headerName, '')
    .replace(/^(?:bearer|token)\s*:?\s+/i, '')
    .trim();
};

/** Layers such as an assignment of a quoted header. */
const maxLayers = 6;

/**
 * What may stand in a header: printable ASCII without spaces. A key with a line break would
 * otherwise forge a header.
 */
const headerSafe = /^[\x21-\x7e]+$/;

const maxLength = 4096;

const checked = (text: string): ReadApiKey => {
  if (text === '') return problemOf('is empty');
  const placeholder = placeholders.find(([pattern]) => pattern.test(text));
  if (placeholder !== undefined) return problemOf(placeholder[1]);
  if (/[\r\n]/.test(text)) return problemOf('has line breaks within');
  if (/\s/.test(text)) return problemOf('holds spaces');
  if (!headerSafe.test(text)) return problemOf('holds characters that no key has');
  if (text.length > maxLength) return problemOf(`is longer than ${maxLength} characters`);
  return { apiKey: text };
};

/**
 * Reads an API key out of the text of a secret or a variable. Understood beyond doubt are: the key
 * itself, JSON (see {@link keyInJson}), an assignment (`export GAMMA_API_KEY=…`), a header
 * (`Authorization: Bearer …`), quotation marks, space, line ends and unseen characters around any
 * of these. What cannot be a key is named, and nothing of it is quoted.
 */
export const readApiKey = (text: string): ReadApiKey => {
  let current = withoutUnseen(text).trim();
  for (let layer = 0; layer < maxLayers; layer += 1) {
    const before = current;
    if (current.startsWith('{') && !current.startsWith('{{')) {
      const found = keyInJson(current);
      if ('problem' in found) return found;
      current = withoutUnseen(found.text).trim();
    }
    const next = unwrapped(current);
    current = next;
    if (current === before) break;
  }
  return checked(current);
};
