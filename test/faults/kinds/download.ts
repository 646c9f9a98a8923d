import type { DownloadBehaviour } from '../../../local/simulator/index.ts';
import type { Dice } from '../dice.ts';
import type { Fault } from '../fault-case.ts';
import { when, type Kind } from './kind.ts';

type Download = Extract<Fault, { place: 'download' }>;

const few = (dice: Dice): number => (dice.chance(0.1) ? 100_000 : dice.between(1, 3));

const serves = (
  kind: string,
  behaviour: (dice: Dice) => NonNullable<Download['behaviour']>,
  times = few,
): Kind => ({
  kind,
  make: (dice): Download => ({
    kind,
    place: 'download',
    ...when(dice, 3),
    times: times(dice),
    behaviour: behaviour(dice),
  }),
});

const meets = (kind: string, network: NonNullable<Download['network']>): Kind => ({
  kind,
  make: (dice): Download => ({
    kind,
    place: 'download',
    ...when(dice, 3),
    times: few(dice),
    network,
  }),
});

const privateAddresses = [
  'https://192.168.0.1/',
  'https://localhost/',
  'http://files.provider-host.com/a',
];

/** Words that hosts put where a compression would be named. */
const noCompressions = ['utf-8', 'none', 'binary', 'identity', 'aws-chunked', 'aws-chunked,utf-8'];

const always = (kind: string, behaviour: (dice: Dice) => DownloadBehaviour): Kind =>
  // A host that is unusual is so every time, as a rule.
  serves(kind, behaviour, (dice) => (dice.chance(0.8) ? 100_000 : dice.between(1, 3)));

/**
 * What is unusual in how a host serves files, and wrong in nothing: a deck that is lost to it is
 * lost without need, however long it goes on.
 */
const moodKinds: readonly Kind[] = [
  always('206 with the whole file', () => ({ wholeAs: 206 })),
  always('206 with the whole file, and not how long it is', () => ({
    wholeAs: 206,
    hidesLength: true,
  })),
  always('203', () => ({ wholeAs: 203 })),
  always('a file in parts that were not asked for', (dice) => ({
    partBytes: dice.pick([25_000, 200_000]),
  })),
  always('a file in parts, and not how long it is', (dice) => ({
    partBytes: dice.pick([25_000, 200_000]),
    hidesLength: true,
    framing: 'chunked',
  })),
  always('a file in chunks', () => ({ framing: 'chunked' })),
  always('a file that ends with its connection', () => ({ framing: 'close' })),
  always('a coding that compresses nothing', (dice) => ({
    headers: { 'content-encoding': dice.pick(noCompressions) },
  })),
  always('a compression that is none', (dice) => ({
    headers: { 'content-encoding': dice.pick(['gzip', 'br', 'zstd', 'deflate', 'gzip, br']) },
  })),
  always('a file that is compressed on the way', () => ({ gzip: true })),
  always('a file that is compressed, and does not say so', () => ({ gzip: 'unnamed' })),
  always('a file in base64', () => ({ base64: true })),
  always('a large head', (dice) => ({ headBytes: dice.between(20_000, 100_000) })),
  always('a redirect in raw UTF-8', (dice) => ({
    movedTo: dice.pick(['Übersicht.pdf', '概要 – 2026.pptx', 'déjà vu.zip']),
  })),
];

const moods: readonly string[] = [
  'wholeAs',
  'partBytes',
  'hidesLength',
  'framing',
  'headers',
  'gzip',
  'base64',
  'headBytes',
  'movedTo',
] satisfies readonly (keyof DownloadBehaviour)[];

/** Whether a host is unusual and nothing more. */
export const isMood = (behaviour: Download['behaviour'] = {}): boolean =>
  Object.keys(behaviour).length > 0 && Object.keys(behaviour).every((key) => moods.includes(key));

/** What happens to files on their way. */
export const downloadKinds: readonly Kind[] = [
  serves('a download that breaks off', (dice) => ({ cutAfter: dice.between(0, 5000) })),
  serves(
    'a download that stalls',
    (dice) => ({ stallAfter: dice.between(0, 3000) }),
    () => 1,
  ),
  serves('a download that breaks off, from a server without ranges', (dice) => ({
    cutAfter: dice.between(0, 2000),
    noRanges: true,
  })),
  serves('a download that breaks off, from a server that refuses parts', (dice) => ({
    cutAfter: dice.between(1, 2000),
    refusesParts: dice.pick([400, 403, 405, 500]),
  })),
  serves('a firewall before a file host', (dice) => ({
    status: dice.pick([403, 405, 503]),
    headers: dice.pick([{ 'cf-mitigated': 'challenge' }, { 'x-amzn-waf-action': 'captcha' }]),
  })),
  serves('a file host that is down', (dice) => ({ status: dice.pick([500, 502, 503, 504]) })),
  serves('a file host that is busy', (dice) => ({
    status: 429,
    headers: { 'retry-after': dice.pick(['1', '30', 'later', '4000']) },
  })),
  serves('a link that is refused', (dice) => ({ status: dice.pick([400, 401, 403, 404, 410]) })),
  serves('a page in place of the file', () => ({ html: true })),
  serves('an empty file', () => ({ empty: true })),
  serves(
    'a download that breaks off, from a server that tells no length',
    (dice) => ({ cutAfter: dice.between(1, 2000), framing: 'chunked', hidesLength: true }),
    (dice) => dice.between(1, 2),
  ),
  ...moodKinds,
  serves('a length that is too long', (dice) => ({ statedLength: dice.between(100_000, 200_000) })),
  serves('a file that is cut short, and says so', (dice) => ({
    statedLength: dice.between(1, 600),
  })),
  serves(
    'a redirect to nowhere',
    () => ({ redirect: 'https://files.provider-host.com/assets/nowhere' }),
    () => 1,
  ),
  serves(
    'a redirect to a private address',
    (dice) => ({ redirect: dice.pick(privateAddresses) }),
    () => 1,
  ),
  {
    kind: 'a file that changes while it is served',
    make: (dice): Download => ({
      kind: 'a file that changes while it is served',
      place: 'download',
      at: dice.between(0, 2),
      times: 1,
      replace: true,
      ...(dice.chance(0.5) ? { behaviour: { cutAfter: dice.between(1, 2000) } } : {}),
    }),
  },
  meets('a file host that is reset', { error: 'ECONNRESET' }),
  meets('a file host that is not found', { error: 'ENOTFOUND' }),
  meets('a file host with a bad certificate', { error: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
  meets('a file host that never answers', 'hangs'),
];
