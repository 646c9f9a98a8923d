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
  serves('a file host that is down', (dice) => ({ status: dice.pick([500, 502, 503, 504]) })),
  serves('a file host that is busy', (dice) => ({
    status: 429,
    headers: { 'retry-after': dice.pick(['1', '30', 'later', '4000']) },
  })),
  serves('a link that is refused', (dice) => ({ status: dice.pick([400, 401, 403, 404, 410]) })),
  serves('a page in place of the file', () => ({ html: true })),
  serves('an empty file', () => ({ empty: true })),
  serves('a file that is compressed on the way', () => ({ gzip: true })),
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
