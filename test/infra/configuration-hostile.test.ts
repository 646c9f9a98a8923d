import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../lib/config/config-problems.ts';
import { parseConfiguration } from '../../lib/config/config.ts';
import { hostileConfigurations } from '../fixtures/configuration/hostile.ts';

const errorOf = (configuration: unknown): ConfigurationError => {
  try {
    parseConfiguration(configuration);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
};

describe('a hostile configuration', () => {
  it('comes in more than 60 forms', () => {
    expect(hostileConfigurations.length).toBeGreaterThan(60);
  });

  it.each(hostileConfigurations)(
    'is refused with its path and a remedy: $name',
    ({ configuration, path }) => {
      const { problems, message } = errorOf(configuration);
      const found = problems.find((problem) => problem.path === path);
      expect(found, message).toBeDefined();
      expect(found?.message).toMatch(/\b(use|name|set|Known|did you mean)\b/);
      expect(message).not.toContain('sk-secret-1');
      expect(message.length).toBeLessThan(5000);
    },
  );

  it('is accepted once nothing is wrong with it, so that the refusals above mean something', () => {
    expect(parseConfiguration({ providers: { gamma: {} } }).stackName).toBe('GenerationArchiver');
  });
});
