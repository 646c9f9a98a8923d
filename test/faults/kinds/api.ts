import { foreignNames, type Saying } from '../../../local/simulator/index.ts';
import type { Dice } from '../dice.ts';
import type { Fault, Network } from '../fault-case.ts';
import { spellings } from '../world/echoes.ts';
import { when, type Kind } from './kind.ts';

type Api = Extract<Fault, { place: 'api' }>;

/** Mostly once or twice; sometimes for as long as anybody asks. */
const fewTimes = (dice: Dice): number => (dice.chance(0.06) ? 100_000 : dice.between(1, 3));

const says = (
  kind: string,
  saying: (dice: Dice) => Saying,
  times: (dice: Dice) => number = fewTimes,
): Kind => ({
  kind,
  make: (dice): Api => ({
    kind,
    place: 'api',
    ...when(dice, 8),
    times: times(dice),
    saying: saying(dice),
  }),
});

/** As {@link says}, but never the first answer. */
const later = (
  kind: string,
  saying: (dice: Dice) => Saying,
  times: (dice: Dice) => number,
): Kind => ({
  kind,
  make: (dice): Api => ({
    kind,
    place: 'api',
    at: dice.between(1, 8),
    times: times(dice),
    saying: saying(dice),
  }),
});

const meets = (kind: string, network: Network): Kind => ({
  kind,
  make: (dice): Api => ({ kind, place: 'api', ...when(dice, 8), times: fewTimes(dice), network }),
});

const http =
  (status: number, more: Partial<Extract<Saying, { says: 'http' }>> = {}) =>
  (): Saying => ({ says: 'http', status, ...more });

const raw = (body: string, status = 200): Saying => ({
  says: 'raw',
  status,
  headers: { 'content-type': 'application/json' },
  body,
});

const retryAfter = (value: string) => http(429, { headers: { 'retry-after': value } });

const megabyte = 1024 * 1024;

/** Twice as long as what is read of an answer would be enough; a real one of this size exists. */
const hugeBytes = 50 * megabyte;

/** Nests deeper than a recursive reader can go. */
const deepLevels = 100_000;

const nothing = {
  status: null,
  exportUrl: null,
  downloads: null,
  download_url: null,
  presentation: null,
  error: null,
};

const startOfDay = Date.parse('2026-11-20T10:00:00Z');

const noLinks = [
  'javascript:alert(1)',
  'file:///etc/passwd',
  '/relative',
  'not a link',
  'ftp://files.example.com/a',
];

const privateLinks = [
  'https://127.0.0.1/a.pdf',
  'https://169.254.169.254/latest/meta-data',
  'https://[::1]/a',
  'https://10.1.2.3/a',
  'http://files.provider-host.com/a',
];

/** A finished generation, in the words of every provider at once, with that link. */
const completedWith = (link: string): string =>
  JSON.stringify({
    status: 'completed',
    exportUrl: link,
    download_url: link,
    downloads: [{ url: link }],
    presentation: 5,
  });

const wrongTypes = (status: unknown): string =>
  JSON.stringify({ status, exportUrl: 7, downloads: 'no', download_url: {} });

const page = '<!doctype html><title>Sign in</title>';

/** What the APIs of the providers say and what happens on the way to them. */
export const apiKinds: readonly Kind[] = [
  says('429 without Retry-After', http(429)),
  says('429 with Retry-After in seconds', (dice) => retryAfter(String(dice.between(0, 120)))()),
  says('429 with Retry-After as a date', (dice) =>
    retryAfter(new Date(startOfDay + dice.between(-60, 600) * 1000).toUTCString())(),
  ),
  says('429 with Retry-After that means nothing', (dice) =>
    retryAfter(dice.pick(['soon', '-5', '1e3', 'NaN', '', '2 min']))(),
  ),
  says('429 with a huge Retry-After', (dice) =>
    retryAfter(dice.pick(['86400', '999999999', '9'.repeat(20)]))(),
  ),
  says('storm of 429', http(429), (dice) => dice.between(10, 60)),
  says('500', http(500)),
  says('501', http(501)),
  says('502 with a page', http(502, { html: true })),
  says('503 with Retry-After', http(503, { headers: { 'retry-after': '20' } })),
  says('504', http(504)),
  says('408', http(408)),
  says('a redirect', http(302, { headers: { location: 'https://elsewhere.example.com/' } })),
  says('a page in place of JSON', (dice) => raw(page, dice.pick([200, 403]))),
  says('JSON that breaks off', () => ({ says: 'truncated', whole: true })),
  says('a connection that breaks within JSON', () => ({ says: 'truncated' })),
  says('an empty body', () => raw('')),
  says('fields of wrong types', (dice) => raw(wrongTypes(dice.pick([42, true, [], {}])))),
  says('missing fields', (dice) =>
    raw(dice.pick(['{}', '[]', '"completed"', 'null', '0', '{"status":"completed"}'])),
  ),
  says('fields that are null', () => raw(JSON.stringify(nothing))),
  says(
    '50 MB of JSON',
    () => raw('huge'),
    () => 1,
  ),
  says(
    'deeply nested JSON',
    () => raw('deep'),
    () => 1,
  ),
  says('a link that is none', (dice) => raw(completedWith(dice.pick(noLinks)))),
  says('a link to a private address', (dice) => raw(completedWith(dice.pick(privateLinks)))),
  says('an unknown status', (dice) => ({
    says: 'working',
    status: dice.pick(['hibernating', 'QUEUED', 'Completing', '\u0000']),
  })),
  says(
    'a status that goes back',
    () => ({ says: 'working', progress: 0 }),
    (dice) => dice.between(1, 6),
  ),
  says(
    'completed without a link for a while',
    () => ({ says: 'completed', linkMissing: true }),
    (dice) => dice.between(1, 8),
  ),
  says(
    'completed without a link for ever',
    () => ({ says: 'completed', linkMissing: true }),
    () => 100_000,
  ),
  says('a challenge in place of an answer', (dice) =>
    http(dice.pick([401, 403]), { instead: 'challenge' })(),
  ),
  says('an answer of something in between', (dice) =>
    http(dice.pick([400, 401, 402, 403, 404, 410, 422]), { instead: dice.pick(foreignNames) })(),
  ),
  later('404 after good answers', http(404), () => 1),
  later('401 for a while after good answers', http(401), (dice) => dice.between(1, 5)),
  later('403 for a while after good answers', http(403), (dice) => dice.between(1, 5)),
  later('400 after good answers', http(400), () => 1),
  {
    kind: 'an error that repeats the API key',
    make: (dice): Api => ({
      kind: 'an error that repeats the API key',
      place: 'api',
      ...when(dice, 8),
      times: fewTimes(dice),
      saying: { says: 'http', status: dice.pick([401, 403, 422, 500]) },
      echoes: dice.pick(spellings.key),
    }),
  },
  says(
    'one file that is still being made',
    () => ({ says: 'completed', unfinished: true }),
    (dice) => dice.between(1, 12),
  ),
  says('404 at first', http(404), (dice) => dice.between(1, 4)),
  says('410', http(410)),
  says('401 once', http(401), () => 1),
  says('401 for good', http(401), () => 100_000),
  says('402', http(402)),
  says('403 for want of credits', http(403, { message: 'Insufficient credits remaining' })),
  says('403', http(403)),
  says('400', http(400)),
  says('422', http(422)),
  meets('a refused connection', { error: 'ECONNREFUSED' }),
  meets('a connection that is reset', { error: 'ECONNRESET' }),
  meets('a host name that is not found', { error: 'ENOTFOUND' }),
  meets('a host name that cannot be looked up', { error: 'EAI_AGAIN' }),
  meets('a certificate that has expired', { error: 'CERT_HAS_EXPIRED' }),
  meets('a certificate of another host', { error: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
  meets('a provider that never answers', 'hangs'),
  meets('an answer that comes byte by byte', 'drips'),
  says('a connection that is closed without an answer', () => ({ says: 'nothing' })),
];

let hugeBody: string | undefined;
let deepBody: string | undefined;

/** Bodies that are too large for a case are named in it, and made here. */
export const withLargeBody = (saying: Saying | undefined): Saying | undefined => {
  if (saying?.says !== 'raw') return saying;
  if (saying.body === 'huge') {
    hugeBody ??= `{"status":"completed","filler":"${'x'.repeat(hugeBytes)}"}`;
    return { ...saying, body: hugeBody };
  }
  if (saying.body === 'deep') {
    deepBody ??= `{"status":"completed","presentation":${'['.repeat(deepLevels)}${']'.repeat(deepLevels)}}`;
    return { ...saying, body: deepBody };
  }
  return saying;
};
