import { readFileSync } from 'node:fs';
import { Aws } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { providerNames } from '../../lambdas/providers/registry.ts';
import { ConfigurationError, nearest } from '../../lib/config/config-problems.ts';
import {
  parseConfiguration,
  resolveSettings,
  type GenerationArchiverProps,
} from '../../lib/config/config.ts';
import { contextOfApp } from './stack.ts';

const wrongSchema = z.array(
  z.object({ when: z.string(), configuration: z.unknown(), problems: z.array(z.string()).min(1) }),
);

const wrong = wrongSchema.parse(
  JSON.parse(readFileSync('test/fixtures/configuration/wrong.json', 'utf8')),
);

const problemsOf = (configuration: unknown): string => {
  try {
    parseConfiguration(configuration);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message;
  }
};

describe('a wrong configuration', () => {
  it.each(wrong)(
    'is refused with path, value and remedy when $when',
    ({ configuration, problems }) => {
      const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
      const lines = problems.map(
        (problem) => `  - ${problem.replace('<providers>', providerNames.join(', '))}`,
      );
      expect(problemsOf(configuration)).toBe(
        [`The configuration of Generation Archiver has ${count}:`, ...lines].join('\n'),
      );
    },
  );

  it('is refused where it is missing altogether', () => {
    expect(problemsOf(undefined)).toContain('the configuration is missing: use an object');
  });

  it('never repeats what may be a key or a password', () => {
    const secret = 'sk-gamma-0123456789abcdef';
    for (const configuration of [
      { providers: { gamma: { apiKey: secret } } },
      { providers: { gamma: secret } },
      { providers: secret },
      { providers: { gamma: { baseUrl: `https://user:${secret}@api.example.com` } } },
      { providers: { gamma: { baseUrl: `https://api.example.com?key=${secret}` } } },
      { providers: { gamma: {} }, keyPrefix: { key: secret } },
    ]) {
      expect(problemsOf(configuration)).not.toMatch(/sk-gamma|accepted/);
    }
  });

  it('quotes long values in part', () => {
    const message = problemsOf({ providers: { gamma: {} }, secretPrefix: '*'.repeat(5000) });
    expect(message).toContain('secretPrefix is "***');
    expect(message.length).toBeLessThan(300);
  });
});

describe('a right configuration', () => {
  it('takes every default', () => {
    const settings = resolveSettings({ providers: { gamma: {} } });
    expect(settings).toMatchObject({
      eventBusName: 'generation-archiver',
      createEventBus: true,
      bucketName: null,
      keyPrefix: '',
      secretPrefix: 'generation-archiver',
      alarmTopicArn: null,
      alarms: true,
      dashboard: true,
      removalPolicy: 'retain',
      allowInsecureSources: false,
    });
    expect(settings.providers).toHaveLength(1);
    expect(settings.providers[0]).toMatchObject({
      settings: {
        baseUrl: 'https://public-api.gamma.app',
        timeoutMinutes: 60,
        checkIntervalSeconds: 5,
      },
      maxConcurrentChecks: undefined,
    });
  });

  it('lets every setting of a provider win over its default', () => {
    const config = {
      baseUrl: 'https://gamma.example.com/proxy',
      timeoutMinutes: 1440,
      checkIntervalSeconds: 1.5,
      firstCheckSeconds: 0,
      maxConcurrentChecks: 10,
    };
    const { maxConcurrentChecks, ...settings } = config;
    expect(resolveSettings({ providers: { gamma: config } }).providers[0]).toMatchObject({
      settings,
      maxConcurrentChecks,
    });
  });

  it('keeps the order of the registry, so that the order of the configuration changes no template', () => {
    const { providers } = resolveSettings({ providers: { perceptis: {}, gamma: {} } });
    expect(providers.map(({ provider }) => provider.name)).toEqual(['gamma', 'perceptis']);
  });

  it.each([
    ['', ''],
    ['decks', 'decks/'],
    ['decks/', 'decks/'],
    ["team-(a)/2026_11.it's!", "team-(a)/2026_11.it's!/"],
  ])('ends the key prefix %j in a slash', (keyPrefix, expected) => {
    expect(resolveSettings({ providers: { gamma: {} }, keyPrefix }).keyPrefix).toBe(expected);
  });

  it.each([
    { allowInsecureSources: true, providers: { duomi: { baseUrl: 'http://127.0.0.1:4010' } } },
    { createEventBus: false, eventBusName: 'default', providers: { gamma: {} } },
    { bucketName: 'my.decks-2026', providers: { gamma: {} } },
    { secretPrefix: 'team/archiver', providers: { gamma: {} } },
    { alarmTopicArn: 'arn:aws-cn:sns:cn-north-1:123456789012:alarms', providers: { gamma: {} } },
    { removalPolicy: 'destroy', stackName: 'Archiver-2', providers: { gamma: {} } },
  ])('may say %j', (configuration) => {
    expect(problemsOf(configuration)).toBe('accepted');
  });

  it('is what cdk.json holds', () => {
    expect(parseConfiguration(contextOfApp()['generationArchiver']).stackName).toBe(
      'GenerationArchiver',
    );
  });

  it('may hold values that are known only at deployment, where a construct passes them', () => {
    const props: GenerationArchiverProps = {
      providers: { gamma: {} },
      alarmTopicArn: Aws.STACK_ID,
      bucketName: Aws.STACK_NAME,
    };
    expect(resolveSettings(props)).toMatchObject({
      alarmTopicArn: Aws.STACK_ID,
      bucketName: Aws.STACK_NAME,
    });
  });
});

describe('the nearest known name', () => {
  it.each([
    ['gama', 'gamma'],
    ['Perceptis', 'perceptis'],
    ['duomo', 'duomi'],
    ['canva', undefined],
    ['', undefined],
  ])('to %j is %j', (name, expected) => {
    expect(nearest(name, ['gamma', 'chronicle', 'duomi', 'perceptis'])).toBe(expected);
  });
});
