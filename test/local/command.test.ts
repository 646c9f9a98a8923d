import { describe, expect, it, vi } from 'vitest';
import { requestIdSchema } from '../../lambdas/contract/generation.ts';
import { parseCommand } from '../../local/command.ts';

/** Parses, and keeps what is said on standard error. */
const parse = (line: string | readonly string[], environment: Record<string, string> = {}) => {
  const written: string[] = [];
  const spies = [process.stderr, process.stdout].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    }),
  );
  try {
    const request = parseCommand(
      typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line,
      environment,
    );
    return { request, said: written.join('') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
};

describe('the command line', () => {
  it('without a provider asks for the demonstration', () => {
    expect(parse('').request).toEqual({ kind: 'demonstration', out: 'artifacts', json: false });
    expect(parse('--json --out there').request).toEqual({
      kind: 'demonstration',
      out: 'there',
      json: true,
    });
  });

  it('names a provider and ids, each once', () => {
    expect(parse('gamma abc def abc').request).toEqual({
      kind: 'archive',
      provider: 'gamma',
      generationIds: ['abc', 'def'],
      out: 'artifacts',
      json: false,
      credential: 'default',
      refresh: false,
      allowInsecure: false,
    });
  });

  it('takes every option', () => {
    const line =
      'perceptis abc --out there --timeout 90 --base-url https://api.example.com/ --credential team-a --metadata {"customer":"42"} --refresh --json';
    expect(parse(line).request).toMatchObject({
      out: 'there',
      timeout: 90,
      baseUrl: 'https://api.example.com',
      credential: 'team-a',
      metadata: { customer: '42' },
      refresh: true,
      json: true,
    });
  });

  it("takes Duomi's address from the environment, and the option before it", () => {
    const environment = { DUOMI_BASE_URL: 'https://duomi.example.com' };
    expect(parse('duomi abc', environment).request).toMatchObject({
      baseUrl: 'https://duomi.example.com',
    });
    expect(
      parse('duomi abc --base-url https://other.example.com', environment).request,
    ).toMatchObject({
      baseUrl: 'https://other.example.com',
    });
  });

  it.each([
    ['not an address', 'use one that begins with https://'],
    ['http://duomi.example.com', 'is not encrypted'],
    ['https://10.0.0.1', 'is not on the public internet'],
  ])('checks the address in the environment like that of the option: %s', (address, reason) => {
    const { request, said } = parse('duomi abc', { DUOMI_BASE_URL: address });
    expect(request).toEqual({ kind: 'exit', code: 2 });
    expect(said).toContain(reason);
  });

  it('takes an address of this machine where a local test is meant', () => {
    expect(
      parse('gamma abc --base-url http://127.0.0.1:1/ --allow-insecure').request,
    ).toMatchObject({ baseUrl: 'http://127.0.0.1:1' });
  });

  it('takes a prompt, whose first format goes into the create request and the others after the deck', () => {
    const { request } = parse([
      'gamma',
      '--prompt',
      'How bread keeps',
      '--export',
      'pdf,pptx',
      '--export',
      'png',
      '--export',
      'pdf',
      '--request-id',
      'order-7',
      '--expected',
      '90',
    ]);
    expect(request).toEqual({
      kind: 'request',
      provider: 'gamma',
      requestId: 'order-7',
      body: {
        from: 'prompt',
        request: { inputText: 'How bread keeps', textMode: 'generate', exportAs: 'pdf' },
      },
      exportAs: ['pptx', 'png'],
      expected: 90,
      out: 'artifacts',
      json: false,
      credential: 'default',
      allowInsecure: false,
    });
  });

  it.each([
    ['', { prompt: 'Bread', non_interactive: true }],
    ['--interactive', { prompt: 'Bread', non_interactive: false }],
  ])('lets Chronicle ask only where somebody wants to answer: "%s"', (more, body) => {
    expect(parse(`chronicle --prompt Bread ${more}`).request).toMatchObject({
      body: { from: 'prompt', request: body },
    });
  });

  it('takes a file or the standard input for the create request, and leaves its formats alone', () => {
    expect(parse('gamma --request deck.json --export pdf').request).toMatchObject({
      body: { from: 'file', file: 'deck.json' },
      exportAs: ['pdf'],
    });
    expect(parse('duomi --request - --base-url https://duomi.example.com').request).toMatchObject({
      body: { from: 'file', file: '-' },
    });
  });

  it('names a request afresh each time', () => {
    const ids = [1, 2]
      .map(() => parse('perceptis --prompt Bread').request)
      .map((request) => (request.kind === 'request' ? request.requestId : ''));
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(requestIdSchema.safeParse(id).success).toBe(true);
  });

  it('exports what runs already', () => {
    expect(parse('gamma abc --export pptx').request).toMatchObject({
      kind: 'archive',
      generationIds: ['abc'],
      exportAs: ['pptx'],
    });
  });

  it.each([
    ['acme abc', "unknown provider 'acme'; known: gamma, chronicle, duomi, perceptis"],
    ['gamma', 'name a generationId of gamma'],
    ['gamma a/b', "generationId 'a/b'"],
    ['gamma ..', "generationId '..'"],
    ['duomi abc', 'DUOMI_BASE_URL'],
    ['gamma abc --timeout 0', 'from 1 to 1440'],
    ['gamma abc --timeout soon', 'from 1 to 1440'],
    ['gamma abc --metadata [1]', '--metadata'],
    ['gamma abc --metadata {', 'use a JSON object'],
    ['gamma abc --credential a/b', '--credential'],
    ['gamma abc --base-url ftp://example.com', 'https://'],
    ['gamma abc --base-url http://127.0.0.1:1', '--allow-insecure'],
    ['gamma abc --base-url https://127.0.0.1:1', 'is not on the public internet'],
    ['gamma abc --base-url https://[::1]', 'is not on the public internet'],
    ['gamma abc --base-url https://localhost:8443/api', 'is not on the public internet'],
    ['gamma abc --base-url https://u:p@example.com', 'has more than a path'],
    ['gamma abc --base-url https://example.com/?key=1', 'has more than a path'],
    ['gamma abc --key secret', "unknown option '--key'"],
    ['--timeout 5', '--timeout needs a provider'],
    ['--prompt Bread', '--prompt needs a provider'],
    ['gamma abc --prompt Bread', 'a generationId is of a generation that runs already'],
    ['gamma --prompt Bread --request deck.json', 'give one of them'],
    ['gamma --prompt Bread --refresh', '--refresh is for a generation that may be stored already'],
    ['gamma abc --folder .archiver/x', '--folder must not begin with .archiver'],
    ['gamma --prompt Bread --interactive', 'Gamma asks no questions'],
    ['gamma --prompt Bread --request-id a/b', '--request-id'],
    ['gamma --prompt Bread --expected soon', 'from 1 to 86400'],
    ['gamma --prompt Bread --export docx', 'must be one of: pdf, pptx, png'],
    ['gamma --prompt Bread --export', '--export'],
    ['perceptis --prompt Bread --export pptx', 'Perceptis leaves no choice of the format'],
    ['chronicle abc --export pdf', 'Chronicle leaves no choice of the format'],
    ['duomi --prompt Bread --base-url https://duomi.example.com', 'Duomi needs more than a prompt'],
    ['alai --prompt Bread', 'started here: gamma, chronicle, duomi, perceptis'],
    ['slidespeak --request deck.json', 'SlideSpeak generations are followed only'],
    ['gamma abc --request-id order-7', '--request-id names what --prompt or --request starts'],
    ['chronicle abc --interactive', '--interactive is for --prompt'],
    ['chronicle --request deck.json --interactive', '--interactive is for --prompt'],
    ['gamma abc --timout 5', "unknown option '--timout' (Did you mean --timeout?)"],
  ])('refuses "%s" with status 2, the reason and one hint', (line, reason) => {
    const { request, said } = parse(line);
    expect(request).toEqual({ kind: 'exit', code: 2 });
    const [mistake, ...hint] = said.split('\n');
    expect(mistake).toMatch(/^error: /);
    expect(mistake).toContain(reason);
    expect(hint).toEqual([
      'Usage: npm start -- [provider] [generationId...] [options]; npm start -- --help explains',
      '',
    ]);
  });

  it.each([
    ['--prompt', ''],
    ['--prompt', ' \n '],
    ['--request', ''],
  ])('refuses %s with nothing in it: %j', (option, value) => {
    const { request, said } = parse(['gamma', option, value]);
    expect(request).toEqual({ kind: 'exit', code: 2 });
    expect(said).toContain('must not be empty');
  });

  it('shows help without complaint', () => {
    const { request, said } = parse('--help');
    expect(request).toEqual({ kind: 'exit', code: 0 });
    expect(said).toContain('GAMMA_API_KEY');
    expect(said).toContain('it costs what the provider charges');
    expect(said).toContain(
      'Gamma, Chronicle, Perceptis; --request for Gamma, Chronicle, Duomi, Perceptis',
    );
  });
});
