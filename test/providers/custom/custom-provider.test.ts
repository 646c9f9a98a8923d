import { describe, expect, it } from 'vitest';
import { customProvider } from '../../../lambdas/providers/custom/custom-provider.ts';
import { registryWith } from '../../../lambdas/providers/registry.ts';
import * as acmeModule from '../../fixtures/acme/provider.ts';

const acme = acmeModule.default;

const signed = 'https://files.acme.example/deck.pptx?X-Amz-Signature=abcdef&X-Amz-Expires=60';

const throwing = (): never => {
  throw new TypeError(`cannot read ${signed}`);
};

const limitsOf = (readRateLimits: () => unknown) =>
  customProvider({ default: { ...acme, readRateLimits } }).readRateLimits?.({});

const request = ({ baseUrl, reply }: { baseUrl: string; reply: { content: string } }) => ({
  url: `${baseUrl}/reply`,
  headers: {},
  post: reply,
});

/** What comes out where the translation answers this. */
const statusOf = (status: unknown) =>
  customProvider({ default: { ...acme, readStatus: () => status } }).readStatus({
    status: 200,
    headers: {},
    body: {},
  });

describe('a provider from outside', () => {
  it('is what its module exports by default', () => {
    const provider = customProvider(acmeModule);
    expect(provider).toMatchObject({
      name: 'acme',
      title: 'Acme Decks',
      defaults: acme.defaults,
      pace: {},
    });
    expect(
      provider.statusRequest({
        baseUrl: 'https://api.acme.example',
        generationId: 'a1',
        apiKey: 'key',
      }),
    ).toEqual({
      url: 'https://api.acme.example/decks/a1',
      headers: { 'x-acme-key': 'key' },
    });
  });

  it('may come from a CommonJS module that was an ES module before', () => {
    expect(customProvider({ default: { default: acme } }).name).toBe('acme');
  });

  it('may use `this`', () => {
    const provider = {
      ...acme,
      word: 'thinking',
      readStatus() {
        return { kind: 'pending' as const, said: this.word };
      },
    };
    expect(
      customProvider({ default: provider }).readStatus({ status: 200, headers: {}, body: {} }),
    ).toEqual({ kind: 'pending', said: 'thinking' });
  });

  it.each([
    ['no default export', { acme }, 'has no default export'],
    ['something else', { default: 'acme' }, 'is no Provider'],
    [
      'a name that cannot be a part of a key',
      { default: { ...acme, name: 'Acme/1' } },
      'name: must be the name of a provider',
    ],
    [
      'a title that cannot be a state',
      { default: { ...acme, title: 'A/B' } },
      'title: must be a letter',
    ],
    [
      'a deadline beyond a day',
      { default: { ...acme, defaults: { ...acme.defaults, timeoutMinutes: 1441 } } },
      'defaults.timeoutMinutes',
    ],
    [
      'no translation',
      { default: { ...acme, readStatus: undefined } },
      'readStatus: must be a function',
    ],
  ])('is refused with %s', (_, module, problem) => {
    expect(() => customProvider(module)).toThrow(problem);
  });

  it('cannot take the name or the title of another', () => {
    expect(() => registryWith([{ default: { ...acme, name: 'gamma' } }])).toThrow(
      "provider name 'gamma' is registered twice",
    );
    expect(() => registryWith([acmeModule, { default: { ...acme, name: 'acme-2' } }])).toThrow(
      "title 'Acme Decks' is registered twice",
    );
  });

  it("stands beside the archiver's own", () => {
    const registry = registryWith([acmeModule]);
    expect(registry.providerNames.at(-1)).toBe('acme');
    expect(registry.isProvider('gamma')).toBe(true);
  });
});

describe('a translation from outside', () => {
  it('counts as no usable answer where it throws, and its message, which may hold anything, is not told', () => {
    expect(
      customProvider({ default: { ...acme, readStatus: throwing } }).readStatus({
        status: 200,
        headers: {},
        body: {},
      }),
    ).toEqual({
      kind: 'unavailable',
      code: 'UnexpectedResponse',
      message:
        'Acme Decks sent an answer that is not understood: its translation failed with TypeError',
    });
  });

  it.each([
    [undefined, 'kind'],
    [{ kind: 'done' }, 'kind'],
    [
      { kind: 'ready', said: 'done', exports: [{ url: signed, format: 'docx' }] },
      'exports.0.format',
    ],
    [
      { kind: 'ready', said: 'done', exports: [{ url: signed, variant: '../up' }] },
      'exports.0.variant',
    ],
    [
      { kind: 'ready', said: 'done', exports: [{ url: 'ftp://files.acme.example/deck' }] },
      'exports.0.url',
    ],
    [
      {
        kind: 'ready',
        said: 'done',
        exports: [
          { url: signed, variant: 'A' },
          { url: signed, variant: 'a' },
        ],
      },
      'variant each',
    ],
    [
      {
        kind: 'ready',
        said: 'done',
        exports: [
          { url: signed, format: 'pdf' },
          { url: signed, format: 'pdf' },
        ],
      },
      'format each',
    ],
    [
      { kind: 'ready', said: 'done', exports: [{ format: 'pdf' }] },
      'exports.0: needs a url, or a linkId',
    ],
    [{ kind: 'refused', code: 'GenerationFailed', message: 'no' }, 'code'],
  ])('counts as no usable answer where it gives %j', (status, where) => {
    const read = statusOf(status);
    expect(read).toMatchObject({ kind: 'unavailable', code: 'UnexpectedResponse' });
    expect(JSON.stringify(read)).toContain(where);
    expect(JSON.stringify(read)).not.toContain('Signature');
  });

  it('brings no signed link into the document, the details or a message', () => {
    const ready = statusOf({
      kind: 'ready',
      said: 'done',
      partial: false,
      exports: [{ url: signed, format: 'pptx' }],
      document: { links: [signed] },
      details: { from: signed },
      completedAt: '2026-11-20T10:00:00+01:00',
    });
    expect(ready).toMatchObject({
      kind: 'ready',
      exports: [{ url: signed, format: 'pptx' }],
      document: { links: ['https://files.acme.example/…'] },
      completedAt: '2026-11-20T09:00:00.000Z',
    });
    const { exports: _, ...rest } = ready as { exports: unknown };
    expect(JSON.stringify(rest)).not.toContain('Signature');
    for (const status of [
      { kind: 'failed', said: 'failed', message: `see ${signed}`, details: { at: signed } },
      { kind: 'awaitingInput', said: 'waiting', question: `is ${signed} right?`, details: {} },
      { kind: 'notFound', message: signed },
    ]) {
      const read = statusOf(status);
      expect(read.kind).toBe(status.kind);
      expect(JSON.stringify(read)).not.toContain('Signature');
    }
  });

  it('tells budgets where it can, and nothing where it throws or tells nonsense', () => {
    const hourly = { limit: 100, remaining: 7 };
    expect(limitsOf(() => ({ hourly }))).toEqual({ hourly });
    expect(limitsOf(() => ({ hourly: { limit: 'many', remaining: Number.NaN } }))).toBeUndefined();
    expect(limitsOf(throwing)).toBeUndefined();
  });

  it('may take replies, and is not believed where it throws about their errors', () => {
    const errors = { title: 'Acme Decks', notFoundAdvice: 'check the id', refusal: throwing };
    const { reply } = customProvider({ default: { ...acme, reply: { request, errors } } });
    const options = {
      baseUrl: 'https://api.acme.example',
      generationId: 'a1',
      apiKey: 'key',
      reply: { content: 'Blue' },
    };
    expect(reply?.request(options)).toMatchObject({
      url: 'https://api.acme.example/reply',
      post: { content: 'Blue' },
    });
    expect(reply?.errors.refusal(403, undefined)).toBeUndefined();
    expect(() => customProvider({ default: { ...acme, reply: { request } } })).toThrow(
      'reply.errors',
    );
  });

  it('never stops the reading of an answer by an error of its own', () => {
    expect(customProvider({ default: { ...acme, isEnough: throwing } }).isEnough?.({})).toBe(false);
  });

  it('is passed on where it is right', () => {
    for (const status of [
      { kind: 'pending', said: 'working', progress: 0.5 },
      { kind: 'pending', said: 'marinating', unknownStatus: true },
      { kind: 'exportPending', said: 'done', details: { pages: 3 }, remedy: 'ask for a file' },
      { kind: 'refused', code: 'PlanNotEligible', message: 'buy a plan' },
      { kind: 'throttled', message: 'slower' },
      { kind: 'unavailable', code: 'ProviderUnavailable', message: 'down' },
    ]) {
      expect(statusOf(status)).toEqual(status);
    }
  });
});

describe('what a translation from outside tells of a deck that can be exported', () => {
  it.each(['d-12', 'deck:7', 'operations/abc/1', '9a417c60-2be8-4d35-b1f7-08d6e5a2c943'])(
    'survives: %s',
    (id) => {
      const ready = { kind: 'ready', said: 'done', partial: false, exports: [], details: {} };
      expect(statusOf({ ...ready, deckId: id })).toMatchObject({ kind: 'ready', deckId: id });
      const pending = { kind: 'exportPending', said: 'done', details: {}, remedy: 'export it' };
      const document = { id, at: signed };
      expect(statusOf({ ...pending, deck: { id, document } })).toMatchObject({
        deck: { id, document: { id, at: 'https://files.acme.example/deck.pptx' } },
      });
    },
  );

  it.each([
    signed,
    'https://a.example/d',
    '../up',
    'a/../b',
    '',
    'x'.repeat(400),
    'two words',
    7,
    null,
  ])('is passed over where it is no id, and the generation is not lost: %s', (id) => {
    const ready = statusOf({ kind: 'ready', said: 'done', exports: [], deckId: id });
    expect(ready.kind).toBe('ready');
    expect(ready).not.toHaveProperty('deckId');
    const pending = statusOf({
      kind: 'exportPending',
      said: 'done',
      remedy: 'export it',
      deck: { id, document: {} },
    });
    expect(pending.kind).toBe('exportPending');
    expect(pending).not.toHaveProperty('deck');
  });

  it('tells which of its files are still being made', () => {
    const status = { kind: 'ready', said: 'done', partial: true, unfinished: true, exports: [] };
    expect(statusOf(status)).toMatchObject({ unfinished: true });
  });
});

describe('a provider from outside that exports', () => {
  const errors = { title: 'Acme Decks', notFoundAdvice: 'check the id', refusal: () => undefined };
  const exporting = {
    formats: ['pdf'],
    request: ({ baseUrl }: { baseUrl: string }) => ({ url: baseUrl, headers: {}, post: {} }),
    readStarted: (body: unknown) => (body as { id: string }).id,
    errors,
  };
  const links = { request: () => ({ url: '', headers: {} }), read: () => ({ kind: 'noLink' }) };

  it('needs a way to ask for the file, which would be paid for and never fetched', () => {
    expect(() => customProvider({ default: { ...acme, exporting } })).toThrow(
      'links: must be there beside exporting',
    );
  });

  it('gives an id of the export, or none', () => {
    const provider = customProvider({ default: { ...acme, exporting, links } });
    const started = (body: unknown) => provider.exporting?.readStarted(body);
    expect(started({ id: 'e-7' })).toBe('e-7');
    expect(started({ id: signed })).toBeUndefined();
    expect(started(undefined)).toBeUndefined();
  });
});

describe('links that a provider from outside is asked for', () => {
  const links = {
    endpoint: 'links',
    request({ baseUrl, linkId, apiKey }: { baseUrl: string; linkId: string; apiKey: string }) {
      return { url: `${baseUrl}/${this.endpoint}/${linkId}`, headers: { 'x-acme-key': apiKey } };
    },
    read: (answer: { body: unknown }): unknown => {
      if (answer.body === 'broken') throw new TypeError(`cannot read ${signed}`);
      return answer.body;
    },
  };
  const provider = customProvider({ default: { ...acme, links } });
  const linkOf = (body: unknown) => provider.links?.read({ status: 200, headers: {}, body });

  it('may take the place of links in the status', () => {
    const ready = {
      kind: 'ready',
      said: 'done',
      exports: [
        { linkId: 'f1', format: 'pdf' },
        { linkId: 'f2', url: signed, format: 'pptx' },
      ],
    };
    expect(statusOf(ready)).toMatchObject({ exports: ready.exports });
  });

  it('are asked for at the address that the provider names', () => {
    expect(
      provider.links?.request({ baseUrl: 'https://api.acme.example', linkId: 'f1', apiKey: 'key' }),
    ).toEqual({
      url: 'https://api.acme.example/links/f1',
      headers: { 'x-acme-key': 'key' },
    });
  });

  it('are passed on where they are right', () => {
    for (const status of [
      { kind: 'link', url: signed },
      { kind: 'noLink', message: 'not yet' },
      { kind: 'throttled', message: 'slower' },
    ]) {
      expect(linkOf(status)).toEqual(status);
    }
  });

  it.each([
    [undefined, 'its translation gave a wrong link: kind'],
    [{ kind: 'link' }, 'its translation gave a wrong link: url'],
    [
      { kind: 'link', url: 'ftp://files.acme.example/deck' },
      'field "url" is not an absolute http(s) link',
    ],
    ['broken', 'its translation failed with TypeError'],
  ])('count as no usable answer where the translation makes %j of it', (body, problem) => {
    const message = expect.stringContaining(problem) as string;
    expect(linkOf(body)).toEqual({ kind: 'unavailable', code: 'UnexpectedResponse', message });
  });

  it('are not asked for where the provider has none to make', () => {
    expect(customProvider(acmeModule).links).toBeUndefined();
    expect(() =>
      customProvider({ default: { ...acme, links: { request: 'https://acme.example' } } }),
    ).toThrow('links.request: must be a function');
  });
});
