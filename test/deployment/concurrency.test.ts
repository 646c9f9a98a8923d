import { describe, expect, it } from 'vitest';
import { readArguments } from '../../deployment/arguments.ts';
import { judgeConcurrency } from '../../deployment/concurrency.ts';

const none = { perProvider: new Map<string, number>(), held: 0 };
const wanting = (count: number, held = 0) => ({ perProvider: new Map([['gamma', count]]), held });

describe('the concurrency of an account', () => {
  it.each([
    [{ limit: 1000, unreserved: 1000 }, none],
    [{ limit: 1000, unreserved: 1000 }, wanting(900)],
    [{ limit: 1000, unreserved: 150 }, wanting(50)],
    [{ limit: 100, unreserved: 100 }, none],
    // What the stack holds already is its own again.
    [{ limit: 1000, unreserved: 100 }, wanting(20, 20)],
    [{ limit: 1000, unreserved: 103 }, wanting(20, 17)],
  ])('is enough: %o for %o', (account, wanted) => {
    expect(judgeConcurrency(account, wanted)).toEqual({ kind: 'enough' });
  });

  it.each([10, 50, 99])('of %i is told to be small, and how to raise it', (limit) => {
    expect(judgeConcurrency({ limit, unreserved: limit }, none)).toEqual({
      kind: 'small',
      message: expect.stringMatching(
        new RegExp(`may run ${limit} functions at a time.*request-service-quota-increase`),
      ),
    });
  });

  it.each([
    [{ limit: 10, unreserved: 10 }, wanting(1), 0],
    [{ limit: 50, unreserved: 50 }, wanting(5), 0],
    [{ limit: 1000, unreserved: 1000 }, wanting(901), 900],
    [{ limit: 1000, unreserved: 100 }, wanting(1), 0],
    [{ limit: 1000, unreserved: 40 }, wanting(1), 0],
    [{ limit: 1000, unreserved: 103 }, wanting(21, 17), 20],
  ])('refuses what it cannot give: %o for %o', (account, wanted, available) => {
    const finding = judgeConcurrency(account, wanted);
    expect(finding).toEqual({
      kind: 'refused',
      message: expect.stringContaining(`this account can give ${available}:`),
    });
  });

  it('is shared by the providers, each of which is named', () => {
    const perProvider = new Map([
      ['gamma', 600],
      ['duomi', 400],
    ]);
    expect(
      judgeConcurrency({ limit: 1000, unreserved: 1000 }, { perProvider, held: 0 }),
    ).toMatchObject({
      message: expect.stringContaining('reserves 1000 concurrent functions (gamma 600, duomi 400)'),
    });
  });
});

const read = (...argv: readonly string[]) => readArguments(argv, 'generationArchiver');

describe('the arguments of a deployment', () => {
  it.each([
    [['-c', 'generationArchiver={"a":1}'], '{"a":1}'],
    [['--context', 'generationArchiver={"a":"x=y"}'], '{"a":"x=y"}'],
    [['-c=generationArchiver={}'], '{}'],
    [['-c', 'other=1', '-c', 'generationArchiver={}', '-c', 'more=2'], '{}'],
    [['-c', 'generationArchiver={"a":1}', '-c', 'generationArchiver={"a":2}'], '{"a":2}'],
    [['-c'], undefined],
    [['--require-approval', 'never'], undefined],
  ])('name the configuration: %o', (argv, context) => {
    expect(read(...argv).context).toBe(context);
  });

  it('name the profile', () => {
    expect(read('--profile', 'decks').profile).toBe('decks');
    expect(read('--profile=decks', '--ci').profile).toBe('decks');
    expect(read('--ci').profile).toBeUndefined();
  });
});
