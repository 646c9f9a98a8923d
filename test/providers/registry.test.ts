import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gamma } from '../../lambdas/providers/gamma/gamma.ts';
import {
  createRegistry,
  isProvider,
  providerNamed,
  providerNames,
  providers,
} from '../../lambdas/providers/registry.ts';

describe('the registry', () => {
  it('knows the providers in the order of its file', () => {
    expect(providerNames.slice(0, 2)).toEqual(['gamma', 'chronicle']);
    expect(providers.map(({ name }) => name)).toEqual(providerNames);
  });

  it('finds a provider by its name', () => {
    for (const provider of providers) expect(providerNamed(provider.name)).toBe(provider);
  });

  it('says which providers it knows when asked for another', () => {
    expect(() => providerNamed('acme')).toThrow(
      `unknown provider 'acme'; known: ${providerNames.join(', ')}`,
    );
    expect(() => providerNamed('constructor')).toThrow('unknown provider');
  });

  it('tells providers from other names', () => {
    expect(isProvider('gamma')).toBe(true);
    for (const name of ['Gamma', '', 'constructor', '__proto__'])
      expect(isProvider(name)).toBe(false);
  });

  it('refuses a name that is taken', () => {
    const twin = { ...gamma, title: 'Gamma Two' };
    expect(() => createRegistry([gamma, twin])).toThrow(
      "provider name 'gamma' is registered twice",
    );
  });

  it('refuses a title that is taken, in whatever case', () => {
    const twin = { ...gamma, name: 'gamma-two', title: 'GAMMA' };
    expect(() => createRegistry([gamma, twin])).toThrow(
      "provider title 'GAMMA' is registered twice",
    );
  });

  it('refuses a name that cannot be a part of a key', () => {
    for (const name of ['', 'Gamma', 'a/b', '2slides', 'a_b']) {
      expect(() => createRegistry([{ ...gamma, name }])).toThrow(
        'is not valid: use lower-case letters',
      );
    }
  });
});

const cases = providers.map((provider) => [provider.name, provider] as const);

describe.each(cases)('the defaults of %s', (_, { title, baseUrl, defaults }) => {
  it('leave time for many checks before the deadline', () => {
    const checks =
      (defaults.timeoutMinutes * 60 - defaults.firstCheckSeconds) / defaults.checkIntervalSeconds;
    expect(checks).toBeGreaterThan(100);
  });

  it('never ask more than once per second', () => {
    expect(defaults.checkIntervalSeconds).toBeGreaterThanOrEqual(1);
  });

  it('name an https origin without a trailing slash, or none', () => {
    if (baseUrl !== undefined)
      expect(new URL(baseUrl)).toMatchObject({ origin: baseUrl, protocol: 'https:' });
  });

  it('are those of the README', () => {
    const rows = readFileSync('README.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`| ${title} `) && line.endsWith(' min |'));
    const { firstCheckSeconds, checkIntervalSeconds, timeoutMinutes } = defaults;
    expect(rows).toEqual([
      expect.stringContaining(
        ` | ${firstCheckSeconds} s | ${checkIntervalSeconds} s | ${timeoutMinutes} min |`,
      ),
    ]);
  });
});
