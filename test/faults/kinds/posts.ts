import type { JsonObject } from '../../../lambdas/contract/json.ts';
import { foreignNames } from '../../../local/simulator/index.ts';
import type { Dice } from '../dice.ts';
import type { Fault, PlainSaying, PostKind } from '../fault-case.ts';
import { spellings } from '../world/echoes.ts';
import type { Kind } from './kind.ts';

type Post = Extract<Fault, { place: 'post' }>;

/** Whether the provider does what it is asked, for all that it answers: `either` is thrown for. */
type Done = boolean | 'either';

const few = (dice: Dice): number => dice.between(1, 3);

const forGood = (): number => 100_000;

const once = (): number => 1;

interface PostFault {
  readonly isDone?: Done;
  readonly saying?: (dice: Dice) => PlainSaying;
  readonly network?: (dice: Dice) => NonNullable<Post['network']>;
  readonly adds?: (dice: Dice) => JsonObject;
  readonly times?: (dice: Dice) => number;
  readonly echoes?: (dice: Dice) => NonNullable<Post['echoes']>;
}

const kindsTo =
  (to: PostKind) =>
  (
    kind: string,
    { isDone = false, saying, network, adds, echoes, times = few }: PostFault,
  ): Kind => ({
    kind,
    make: (dice): Post => ({
      kind,
      place: 'post',
      to,
      at: dice.chance(0.8) ? 0 : dice.between(1, 2),
      times: times(dice),
      isDone: isDone === 'either' ? dice.chance(0.5) : isDone,
      ...(saying === undefined ? {} : { saying: saying(dice) }),
      ...(network === undefined ? {} : { network: network(dice) }),
      ...(adds === undefined ? {} : { adds: adds(dice) }),
      ...(echoes === undefined ? {} : { echoes: echoes(dice) }),
    }),
  });

const http =
  (statuses: readonly number[], more: Partial<Extract<PlainSaying, { says: 'http' }>> = {}) =>
  (dice: Dice): PlainSaying => ({ says: 'http', status: dice.pick(statuses), ...more });

const raw =
  (status: number, bodies: readonly string[]) =>
  (dice: Dice): PlainSaying => ({
    says: 'raw',
    status,
    headers: { 'content-type': 'application/json' },
    body: dice.pick(bodies),
  });

/** An answer that tells an id under every provider's name for it. */
const told = (id: unknown): string =>
  JSON.stringify({ generationId: id, generation_id: id, job_id: id, exportId: id });

const hostileIds = [
  '../../etc/passwd',
  '..',
  '',
  'a/b',
  'x'.repeat(300),
  'id\u0000',
  'https://elsewhere.example.com/',
  7.5,
  null,
  { id: 'x' },
].map(told);

/** They are ids like others, for all that they mean in JavaScript. */
const oddIds = ['__proto__', 'constructor', '-', 'someone-elses'].map(told);

const noAnswers = [
  '',
  '<!doctype html><title>Accepted</title>',
  '{"generationId":',
  '{}',
  '[]',
  'null',
  '"accepted"',
];

const refusedConnections = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'CERT_HAS_EXPIRED'];

const elsewhere = { headers: { location: 'https://elsewhere.example.com/' } };

const closed = (): PlainSaying => ({ says: 'nothing' });

/** What any POST may meet, each named after what is asked for. */
const common = (to: PostKind, what: string): Kind[] => {
  const meets = kindsTo(to);
  return [
    meets(`no connection for ${what}`, {
      network: (dice) => ({ error: dice.pick(refusedConnections) }),
    }),
    meets(`a connection that is reset before ${what} is done`, {
      network: () => ({ error: 'ECONNRESET' }),
    }),
    meets(`a connection that is reset once ${what} is done`, {
      isDone: true,
      network: () => ({ error: 'ECONNRESET' }),
    }),
    meets(`a connection that is closed without an answer to ${what}`, {
      isDone: 'either',
      saying: closed,
    }),
    meets(`no answer in time to ${what}`, { isDone: 'either', network: () => 'hangs' }),
    meets(`an answer to ${what} that comes byte by byte`, { isDone: true, network: () => 'drips' }),
    meets(`an answer to ${what} that breaks off`, { isDone: true, network: () => 'breaks' }),
    meets(`a 5xx for ${what}, which is not done`, { saying: http([500, 502, 503, 504]) }),
    meets(`a 5xx for ${what}, which is done`, { isDone: true, saying: http([500, 502, 503, 504]) }),
    meets(`a page of a proxy for ${what}`, {
      isDone: 'either',
      saying: http([502, 504], { html: true }),
    }),
    meets(`a page in place of the answer to ${what}`, {
      isDone: 'either',
      saying: (dice) =>
        http([400, 401, 402, 403, 404, 422], { instead: dice.pick(foreignNames) })(dice),
    }),
    meets(`408 for ${what}`, { isDone: 'either', saying: http([408]) }),
    meets(`429 for ${what}`, { saying: http([429]) }),
    meets(`429 with Retry-After for ${what}`, {
      saying: (dice) =>
        http([429], { headers: { 'retry-after': String(dice.between(0, 90)) } })(dice),
    }),
    meets(`400 for ${what}`, { saying: http([400, 409, 415, 422]) }),
    meets(`an error that repeats ${what}`, {
      saying: http([400, 422]),
      echoes: (dice) => dice.pick(spellings.content),
    }),
    meets(`401 for ${what} once`, { saying: http([401]), times: once }),
    meets(`401 for ${what} for good`, { saying: http([401]), times: forGood }),
    meets(`403 for ${what}`, { saying: http([402, 403]) }),
    meets(`404 for ${what}`, { saying: http([404, 410]) }),
    meets(`a redirect of ${what} to somewhere else`, { saying: http([307, 308], elsewhere) }),
    meets(`a redirect from ${what} to what came of it`, {
      isDone: 'either',
      saying: http([300, 301, 302, 303], elsewhere),
    }),
  ];
};

const beginning = (to: PostKind, what: string): Kind[] => {
  const meets = kindsTo(to);
  return [
    ...common(to, what),
    meets(`an answer to ${what} without an id`, { isDone: 'either', saying: raw(200, noAnswers) }),
    meets(`an answer to ${what} with an id that is none`, {
      isDone: 'either',
      saying: raw(201, hostileIds),
    }),
    meets(`an answer to ${what} with an odd id`, {
      isDone: 'either',
      saying: raw(202, oddIds),
      times: once,
    }),
    meets(`a storm of 429 for ${what}`, {
      saying: http([429]),
      times: (dice) => dice.between(10, 60),
    }),
  ];
};

const warnings = [
  'the theme was not found, so the usual one is used',
  7,
  { theme: 'unknown' },
  ['one', 'two'],
];

/** What a request to start a generation meets. */
export const createKinds: readonly Kind[] = [
  ...beginning('create', 'a start'),
  kindsTo('create')('a start with warnings', {
    isDone: true,
    adds: (dice) => ({ warnings: dice.pick(warnings), message: 'as you like' }),
  }),
];

/** What an answer to a question meets. */
export const messageKinds: readonly Kind[] = common('message', 'a reply');

type Exporting = Extract<Fault, { place: 'exporting' }>;

const exporting = (
  kind: string,
  how: (dice: Dice) => Pick<Exporting, 'seconds' | 'fails'>,
): Kind => ({
  kind,
  make: (dice): Exporting => ({
    kind,
    place: 'exporting',
    at: dice.between(0, 1),
    times: few(dice),
    ...how(dice),
  }),
});

type Exported = Extract<Fault, { place: 'exported' }>;

const exported = (
  kind: string,
  saying: (dice: Dice) => PlainSaying,
  times: (dice: Dice) => number = few,
): Kind => ({
  kind,
  make: (dice): Exported => ({
    kind,
    place: 'exported',
    at: dice.between(0, 2),
    times: times(dice),
    saying: saying(dice),
  }),
});

const reasons = ['render_timeout', 'deck_too_large', 'no_content', 'export_failed', 'a_new_reason'];

const statusOf = (fields: JsonObject): string =>
  JSON.stringify({ exportId: 'x', exportAs: 'pdf', gammaId: 'g_1', ...fields });

/** What a request for an export, and the export, meet. */
export const exportKinds: readonly Kind[] = [
  ...beginning('export', 'an export'),
  exporting('an export that takes long', (dice) => ({ seconds: dice.pick([20, 200, 1800, 7200]) })),
  exporting('an export that fails', (dice) => ({
    seconds: dice.pick([0, 30]),
    fails: dice.pick(reasons),
  })),
  exported('an export that is gone', http([404]), forGood),
  exported('an export whose status is a page', (dice) =>
    http([401, 403, 404], { instead: dice.pick(foreignNames) })(dice),
  ),
  exported('an export that cannot be asked about', http([429, 500, 503])),
  exported(
    'an export that is done without a link',
    raw(200, [
      statusOf({ status: 'completed' }),
      statusOf({ status: 'completed', exportUrl: null }),
    ]),
  ),
  exported(
    'an export in words that nobody knows',
    raw(200, [statusOf({ status: 'rendering' }), '{}', '[]', '<p>']),
  ),
];
