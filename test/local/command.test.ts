import { describe, expect, it, vi } from 'vitest';
import { parseCommand } from '../../local/command.ts';

/** Parses, and keeps what is said on standard error. */
const parse = (line: string, environment: Record<string, string> = {}) => {
  const written: string[] = [];
  const spies = [process.stderr, process.stdout].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    }),
  );
  try {
    const request = parseCommand(
      line.split(' ').filter((word) => word !== ''),
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
    expect(parse('--json --out there').request).toEqual({ kind: 'demonstration', out: 'there', json: true });
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
    expect(parse('duomi abc', environment).request).toMatchObject({ baseUrl: 'https://duomi.example.com' });
    expect(parse('duomi abc --base-url https://other.example.com', environment).request).toMatchObject({
      baseUrl: 'https://other.example.com',
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
    ['gamma abc --key secret', "unknown option '--key'"],
    ['--timeout 5', '--timeout needs a provider'],
  ])('refuses "%s" with status 2, the reason and the usage', (line, reason) => {
    const { request, said } = parse(line);
    expect(request).toEqual({ kind: 'exit', code: 2 });
    expect(said).toContain(reason);
    expect(said).toContain('Usage: npm start -- [provider] [generationId...] [options]');
  });

  it('shows help without complaint', () => {
    const { request, said } = parse('--help');
    expect(request).toEqual({ kind: 'exit', code: 0 });
    expect(said).toContain('GAMMA_API_KEY');
  });
});
