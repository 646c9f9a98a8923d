import { describe, expect, it, vi } from 'vitest';
import { parseCommand } from '../../local/command.ts';
import { hostileUsages } from '../fixtures/usage/hostile.ts';

/** Parses, and keeps what is said on standard error. */
const parse = (args: readonly string[]) => {
  const written: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    return { request: parseCommand(args, {}), said: written.join('') };
  } finally {
    write.mockRestore();
  }
};

describe('a hostile command line', () => {
  it('comes in more than 150 forms', () => {
    expect(hostileUsages.length).toBeGreaterThan(150);
  });

  it.each(hostileUsages)(
    'is refused with status 2, what is wrong in one line, and one hint: $args',
    ({ args, says }) => {
      const { request, said } = parse(args);
      expect(request).toEqual({ kind: 'exit', code: 2 });
      const lines = said.trimEnd().split('\n');
      expect(lines).toEqual([
        expect.stringContaining(says),
        expect.stringContaining('Usage: npm start --'),
      ]);
      for (const line of lines) {
        expect(line.length).toBeLessThanOrEqual(300);
        expect(line).not.toMatch(/\p{Cc}/u);
      }
    },
  );

  it.each([
    ['gamma', 'sk-gamma-hushhush12'],
    ['sk-gamma-hushhush12', 'gen-1'],
    ['gamma', 'gen-1', '--credential', 'sk-live-hushhush12'],
    ['gamma', 'gen-1', '--sk-gamma-hushhush12'],
    ['gamma', 'gen-1', '--timeout=chr_hushhush12'],
    ['gamma', 'gen-1', '--key=GAMMA_API_KEY=sk_hushhush12'],
  ])('is refused without the API key in it: %s %s %s %s', (...args) => {
    const { request, said } = parse(args);
    expect(request).toEqual({ kind: 'exit', code: 2 });
    expect(said).toContain('…');
    expect(said).not.toContain('hush');
  });

  it('is accepted once nothing is wrong with it, so that the refusals above mean something', () => {
    expect(parse(['gamma', 'gen-1']).request).toMatchObject({
      kind: 'archive',
      provider: 'gamma',
      generationIds: ['gen-1'],
    });
  });
});
