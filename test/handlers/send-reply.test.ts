import { describe, expect, it } from 'vitest';
import type { Claims } from '../../lambdas/contract/ports.ts';
import { rejectedDetailSchema } from '../../lambdas/contract/results.ts';
import { createSendReply } from '../../lambdas/handlers/send-reply.ts';
import { questionIdOf } from '../../lambdas/polling/question.ts';
import type { GenerationStatus } from '../../lambdas/polling/status.ts';
import type { Post } from '../../lambdas/providers/asking/post.ts';
import type { PostOutcome } from '../../lambdas/providers/post-outcome.ts';
import { providerNamed } from '../../lambdas/providers/registry.ts';
import { createLocalClaims } from '../../local/claims.ts';
import { keptEvents, keptLog, keptMeasurements } from '../support/fake-world.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const own = {
  baseUrl: 'https://chronicle.test',
  timeoutMinutes: 60,
  firstCheckSeconds: 20,
  checkIntervalSeconds: 5,
};
const settings = { chronicle: own, gamma: own };
const reply = {
  provider: 'chronicle',
  generationId: 'gen-1',
  content: 'We sell boats. Our secret plan: more boats.',
};

const asks = (question: string): GenerationStatus => ({
  kind: 'awaitingInput',
  said: 'awaiting_input',
  question,
  details: {},
});
const working: GenerationStatus = { kind: 'pending', said: 'generating' };
const down: GenerationStatus = {
  kind: 'unavailable',
  code: 'ProviderUnavailable',
  message: 'Chronicle answered 503',
};
const refusedKey: GenerationStatus = {
  kind: 'refused',
  code: 'Unauthorized',
  message: 'Chronicle answered 401',
};
const accepted: PostOutcome = { kind: 'accepted', answer: { status: 200, headers: {}, body: {} } };
const lost: PostOutcome = {
  kind: 'uncertain',
  message: 'Chronicle could not be reached: connection reset',
};

/** The next entry of a script: it is used up from the front, and its last entry repeats. */
const next = <T>(list: T[]): T => {
  const [first] = list.length > 1 ? list.splice(0, 1) : list;
  if (first === undefined) throw new Error('not in the script');
  return first;
};

/** Sends the reply over scripts. */
const send = async (statuses: GenerationStatus[], posts: PostOutcome[], detail: object = reply) => {
  const { bus, events } = keptEvents();
  const { log, lines } = keptLog();
  const { measure, measurements } = keptMeasurements();
  const posted: Post[] = [];
  const freshAsks: boolean[] = [];
  const handler = createSendReply({
    registry: { providerNamed },
    settings,
    ask: async (_, fresh) => {
      freshAsks.push(fresh);
      return { status: next(statuses) };
    },
    post: async (post) => {
      posted.push(post);
      return { outcome: next(posts) };
    },
    bus,
    clock: virtualClock(),
    random: () => 0.5,
    log,
    measure,
  });
  const sent = handler({
    id: 'r1',
    source: 'my.app',
    time: '2026-11-20T10:00:00Z',
    'detail-type': 'Generation Reply',
    detail,
  });
  const error = await sent.then(
    () => undefined,
    (reason: unknown) => (reason instanceof Error ? reason.message : 'no error'),
  );
  const rejection =
    events.length === 0 ? undefined : rejectedDetailSchema.strict().parse(events[0]?.detail).error;
  return { events, lines, measurements, posted, freshAsks, error, rejection };
};

describe('a reply', () => {
  it('is posted where the provider waits for one', async () => {
    const { posted, events, error } = await send([asks('Who is it for?')], [accepted]);
    expect(posted.map(({ request }) => request({ baseUrl: own.baseUrl, apiKey: 'key-1' }))).toEqual(
      [
        {
          url: 'https://chronicle.test/api/v1/presentations/generate/gen-1/message',
          headers: { Authorization: 'Bearer key-1' },
          post: { content: reply.content },
        },
      ],
    );
    expect({ events, error }).toEqual({ events: [], error: undefined });
  });

  it.each([262_144, 262_145, 900_000])('of %i characters is sent whole', async (length) => {
    const content = 'x'.repeat(length);
    const { posted, error } = await send([asks('Who is it for?')], [accepted], {
      ...reply,
      content,
    });
    const sent = posted.map(({ request }) => request({ baseUrl: own.baseUrl, apiKey: 'key-1' }));
    expect(sent.map(({ post }) => post)).toEqual([{ content }]);
    expect(error).toBeUndefined();
  });

  it('takes its attachments along', async () => {
    const attachments = [
      {
        id: 'att-1',
        url: 'https://files.example.com/x?sig=1',
        file_name: 'x.pdf',
        type: 'application/pdf',
      },
    ];
    const { posted } = await send([asks('Any files?')], [accepted], { ...reply, attachments });
    expect(posted[0]?.request({ baseUrl: own.baseUrl, apiKey: 'k' }).post).toEqual({
      content: reply.content,
      attachments,
    });
  });

  it.each([
    ['works', working],
    [
      'is done',
      { kind: 'ready', said: 'completed', partial: false, exports: [], document: {}, details: {} },
    ],
    ['has failed', { kind: 'failed', said: 'failed', message: 'no', details: {} }],
  ] as [string, GenerationStatus][])(
    'is rejected, not posted, where the provider %s',
    async (_, status) => {
      const { posted, measurements, rejection } = await send([status], []);
      expect({ posted, measurements }).toEqual({
        posted: [],
        measurements: [{ RejectedTriggers: 1 }],
      });
      expect(rejection?.problems).toEqual([
        { field: 'generationId', message: expect.stringContaining('waits for no reply') as string },
      ]);
    },
  );

  it('is posted again where the answer was lost and the same question stands', async () => {
    const { posted, events, error } = await send([asks('Who?')], [lost, accepted]);
    expect(posted).toHaveLength(2);
    expect({ events, error }).toEqual({ events: [], error: undefined });
  });

  it.each([
    ['works on', working],
    ['asks its next question', asks('And why?')],
  ])('is not posted again where the answer was lost and the provider %s', async (_, then) => {
    const { posted, events, error } = await send([asks('Who?'), then], [lost]);
    expect(posted).toHaveLength(1);
    expect({ events, error }).toEqual({ events: [], error: undefined });
  });

  it('may have arrived, and says so, where the answer was lost and the provider then tells nothing more', async () => {
    const { rejection } = await send([asks('Who?'), refusedKey], [lost]);
    expect(rejection?.message).toContain(
      'The reply had been sent before that, and may have arrived',
    );
  });

  it('counts as sent where it is refused after a lost answer because it had arrived', async () => {
    const refused: PostOutcome = {
      kind: 'refused',
      code: 'InvalidRequest',
      message: 'not waiting',
    };
    const { posted, rejection, error } = await send(
      [asks('Who?'), asks('Who?'), working],
      [lost, refused],
    );
    expect(posted).toHaveLength(2);
    expect({ rejection, error }).toEqual({ rejection: undefined, error: undefined });
  });

  it('is not sent as an answer to another question than the one it names', async () => {
    const { posted, rejection } = await send([asks('And why?')], [], {
      ...reply,
      questionId: questionIdOf('Who?'),
    });
    expect(posted).toEqual([]);
    expect(rejection?.problems.map(({ field }) => field)).toEqual(['questionId']);
    expect(
      await send([asks('Who?')], [accepted], { ...reply, questionId: questionIdOf('Who?') }),
    ).toMatchObject({ events: [], error: undefined });
  });

  it('waits for a provider that is down for a moment', async () => {
    const { posted, error } = await send(
      [down, down, asks('Who?')],
      [{ kind: 'throttled', message: '429' }, accepted],
    );
    expect(posted).toHaveLength(2);
    expect(error).toBeUndefined();
  });

  it('throws where the provider stays down, so that it is tried again and then kept', async () => {
    const { posted, events, error } = await send([down], []);
    expect({ posted, events, error }).toEqual({
      posted: [],
      events: [],
      error: 'Chronicle answered 503',
    });
  });

  it('reads a refused key afresh, once', async () => {
    expect(await send([refusedKey, asks('Who?')], [accepted])).toMatchObject({
      freshAsks: [false, true],
      events: [],
      error: undefined,
    });
    const { freshAsks, rejection } = await send([refusedKey], []);
    expect(freshAsks).toEqual([false, true]);
    expect(rejection).toMatchObject({ code: 'Unauthorized', problems: [{ field: 'credential' }] });
  });

  it.each([
    [
      'for a generation that nobody knows',
      { kind: 'notFound', message: 'Chronicle answered 404' },
      'GenerationNotFound',
    ],
    [
      'for which there is no key',
      { kind: 'refused', code: 'CredentialMissing', message: 'there is no secret' },
      'CredentialMissing',
    ],
  ] as [string, GenerationStatus, string][])('%s is rejected', async (_, status, code) => {
    expect((await send([status], [])).rejection?.code).toBe(code);
  });

  it('that the provider refuses is rejected with its reason', async () => {
    const refused: PostOutcome = {
      kind: 'refused',
      code: 'InvalidRequest',
      message: 'Chronicle answered 400 "content too long"',
    };
    expect((await send([asks('Who?')], [refused])).rejection).toMatchObject({
      code: 'InvalidRequest',
      problems: [{ field: 'content' }],
    });
  });

  it.each([
    { ...reply, content: '' },
    { ...reply, colour: 'blue' },
    { ...reply, provider: 'gamma' },
    { ...reply, attachments: [{ id: 'a' }] },
  ])('that is not valid is left to intake: %j', async (detail) => {
    expect(await send([], [], detail)).toMatchObject({
      events: [],
      posted: [],
      freshAsks: [],
      error: undefined,
    });
  });

  it('leaves its content in no log and no event', async () => {
    const outcomes = await Promise.all([
      send([asks('Who?')], [accepted]),
      send([working], []),
      send([down], []),
      send([asks('Who?')], [{ kind: 'refused', code: 'InvalidRequest', message: 'no' }]),
    ]);
    for (const { lines, events, error } of outcomes)
      expect(JSON.stringify({ lines, events, error })).not.toContain('boats');
  });
});

const event = {
  id: 'r1',
  source: 'my.app',
  time: '2026-11-20T10:00:00Z',
  'detail-type': 'Generation Reply',
  detail: reply,
};

/** A provider that asks these questions, one after the other; each answer takes a while. */
const asking = (questions: readonly string[], claims?: Claims) => {
  const answers: string[] = [];
  const { bus, events } = keptEvents();
  const { log, lines } = keptLog();
  const handlerWith = (post: () => Promise<PostOutcome>) =>
    createSendReply({
      registry: { providerNamed },
      settings,
      ask: async () => {
        const question = questions[answers.length];
        return { status: question === undefined ? working : asks(question) };
      },
      post: async () => ({ outcome: await post() }),
      bus,
      clock: virtualClock(),
      random: () => 0.5,
      log,
      measure: keptMeasurements().measure,
      ...(claims === undefined ? {} : { claims }),
    });
  const takes = async (): Promise<PostOutcome> => {
    await Promise.resolve();
    answers.push(questions[answers.length] ?? 'none');
    return accepted;
  };
  return { answers, events, lines, handlerWith, takes };
};
const delivery = (awsRequestId: string) => ({ awsRequestId });

describe('a reply whose event is delivered more than once', () => {
  it('at once, to two functions, is posted once and not rejected', async () => {
    const claims = createLocalClaims();
    const all = asking(['Who is it for?', 'How many knots?'], claims);
    const [one, other] = [all.handlerWith(all.takes), all.handlerWith(all.takes)];
    await Promise.all([one(event, delivery('d1')), other(event, delivery('d2'))]);
    expect(all.answers).toEqual(['Who is it for?']);
    expect(all.events).toEqual([]);
    expect(all.lines.map(({ message }) => message).toSorted()).toEqual([
      'reply known already',
      'reply sent',
    ]);
  });

  it('at once, to one process that notes nothing, is posted once', async () => {
    const all = asking(['Who is it for?', 'How many knots?']);
    const handler = all.handlerWith(all.takes);
    await Promise.all([handler(event), handler(event)]);
    expect(all.answers).toEqual(['Who is it for?']);
  });

  it('hours later does not answer the next question', async () => {
    const all = asking(['Who is it for?', 'How many knots?'], createLocalClaims());
    const handler = all.handlerWith(all.takes);
    await handler(event, delivery('d1'));
    await handler(event, delivery('d2'));
    expect(all.answers).toEqual(['Who is it for?']);
    expect(all.events).toEqual([]);
  });

  it('is not rejected by the second delivery once the first has rejected it', async () => {
    const all = asking([], createLocalClaims());
    const handler = all.handlerWith(all.takes);
    await handler(event, delivery('d1'));
    await handler(event, delivery('d2'));
    expect(all.events.map(({ detailType }) => detailType)).toEqual(['Generation Rejected']);
  });

  it('by a retry after the function was killed is sent again while its question stands', async () => {
    const all = asking(['Who is it for?'], createLocalClaims());
    const killed = all.handlerWith(async () => Promise.reject(new Error('killed')));
    await expect(killed(event, delivery('d1'))).rejects.toThrow('killed');
    await all.handlerWith(all.takes)(event, delivery('d1'));
    expect(all.answers).toEqual(['Who is it for?']);
  });

  it('by a retry after the answer arrived, and the function was killed, answers no other question', async () => {
    const all = asking(['Who is it for?', 'How many knots?'], createLocalClaims());
    const killed = all.handlerWith(async () => {
      await all.takes();
      throw new Error('killed');
    });
    await expect(killed(event, delivery('d1'))).rejects.toThrow('killed');
    await all.handlerWith(all.takes)(event, delivery('d1'));
    expect(all.answers).toEqual(['Who is it for?']);
    expect(all.events).toEqual([]);
  });

  it('is another one where it is sent again as a new event', async () => {
    const all = asking(['Who is it for?', 'How many knots?'], createLocalClaims());
    const handler = all.handlerWith(all.takes);
    await handler(event, delivery('d1'));
    await handler({ ...event, id: 'r2' }, delivery('d2'));
    expect(all.answers).toEqual(['Who is it for?', 'How many knots?']);
  });

  it('is tried again where nobody can tell whether it was sent', async () => {
    const claims = createLocalClaims();
    claims.take = async () => Promise.reject(new Error('AccessDenied'));
    const all = asking(['Who is it for?'], claims);
    await expect(all.handlerWith(all.takes)(event, delivery('d1'))).rejects.toThrow('AccessDenied');
    expect(all.answers).toEqual([]);
  });
});
