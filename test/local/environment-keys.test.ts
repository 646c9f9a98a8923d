import { describe, expect, it } from 'vitest';
import { createEnvironmentKeys, keyVariable } from '../../local/environment-keys.ts';

describe('API keys from the environment', () => {
  it.each([
    ['gamma', 'default', 'GAMMA_API_KEY'],
    ['gamma', 'team-a', 'GAMMA_API_KEY_TEAM_A'],
    ['duomi', 'eu.west', 'DUOMI_API_KEY_EU_WEST'],
  ])('of %s/%s are in %s', (provider, credential, variable) => {
    expect(keyVariable(provider, credential)).toBe(variable);
  });

  it('are read at each call, without the space around them', async () => {
    const environment: Record<string, string> = { GAMMA_API_KEY: ' sk-gamma-1\n' };
    const keys = createEnvironmentKeys(environment);
    expect(await keys.read('gamma', 'default', false)).toEqual({
      found: true,
      apiKey: 'sk-gamma-1',
    });
    environment['GAMMA_API_KEY'] = 'sk-gamma-2';
    expect(await keys.read('gamma', 'default', true)).toEqual({
      found: true,
      apiKey: 'sk-gamma-2',
    });
  });

  it.each([
    '"sk-gamma-1"',
    'export GAMMA_API_KEY=sk-gamma-1',
    'Bearer sk-gamma-1',
    '\uFEFFsk-gamma-1',
  ])('are understood in odd forms: %s', async (value) => {
    const keys = createEnvironmentKeys({ GAMMA_API_KEY: value });
    expect(await keys.read('gamma', 'default', false)).toEqual({
      found: true,
      apiKey: 'sk-gamma-1',
    });
  });

  it('that a shell did not replace are told as such, without being quoted', async () => {
    const keys = createEnvironmentKeys({ GAMMA_API_KEY: '$KEY_OF_OURS' });
    const found = await keys.read('gamma', 'default', false);
    expect(found).toMatchObject({
      found: false,
      message: expect.stringContaining('the shell did not replace it') as string,
    });
    expect(JSON.stringify(found)).not.toContain('OURS');
  });

  it.each([undefined, '', '   ', 'two\nlines'])(
    'that are missing or unusable are told with the command that stores them: %j',
    async (value) => {
      const keys = createEnvironmentKeys({ GAMMA_API_KEY: 'another', GAMMA_API_KEY_TEAM_A: value });
      const found = await keys.read('gamma', 'team-a', false);
      expect(found).toMatchObject({
        found: false,
        message: expect.stringContaining('export GAMMA_API_KEY_TEAM_A=') as string,
      });
      expect(JSON.stringify(found)).not.toContain('lines');
    },
  );
});
