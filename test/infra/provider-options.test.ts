import { Duration, Lazy, Token } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../lib/config/config.ts';
import { ProviderModule } from '../../lib/functions/provider-module.ts';
import type { ProviderOptions } from '../../lib/props.ts';

const module = 'test/fixtures/acme/provider.ts';

const settingsOf = (gamma: ProviderOptions) =>
  resolveSettings({ providers: { gamma } }).providers[0]?.settings;

/** What a caller of JavaScript, Python or Java may pass. */
const withAnything = (gamma: unknown) => () =>
  resolveSettings({ providers: { gamma: gamma as ProviderOptions } });

describe('the options of a provider', () => {
  it('take a Duration as well as a number', () => {
    const durations = settingsOf({
      timeout: Duration.hours(2),
      checkInterval: Duration.seconds(7),
      firstCheck: Duration.minutes(1),
    });
    const numbers = settingsOf({
      timeoutMinutes: 120,
      checkIntervalSeconds: 7,
      firstCheckSeconds: 60,
    });
    expect(durations).toEqual(numbers);
    expect(durations).toMatchObject({ timeoutMinutes: 120, checkIntervalSeconds: 7 });
  });

  it.each([
    ['timeout', { timeout: Duration.seconds(90) }, 'providers.gamma.timeoutMinutes is 1.5'],
    ['timeout', { timeout: Duration.days(2) }, 'providers.gamma.timeoutMinutes is 2880'],
    ['firstCheck', { firstCheck: Duration.millis(10) }, 'firstCheckSeconds is 0.01'],
    ['timeout', { timeout: 20 }, 'timeout is no Duration: write Duration.minutes(…)'],
    ['checkInterval', { checkInterval: {} }, 'checkInterval is no Duration'],
    [
      'timeout',
      { timeout: Duration.minutes(5), timeoutMinutes: 5 },
      'timeoutMinutes is given beside timeout',
    ],
    [
      'timeout',
      { timeout: Duration.minutes(Token.asNumber(Lazy.any({ produce: () => 5 }))) },
      'timeout is known at deployment only',
    ],
    ['module', { module: {} }, 'providers.gamma.module is no module: make it with ProviderModule'],
  ])('name the %s that cannot be used: %j', (_, options, message) => {
    expect(withAnything(options)).toThrow(message);
  });

  it('say where a module stands in place of its options', () => {
    expect(withAnything(ProviderModule.fromSource(module))).toThrow(
      'providers.gamma is a module by itself: give it among the options, as { module: … }',
    );
  });

  it('hold no object’s own names', () => {
    expect(withAnything(JSON.parse('{"__proto__": 1}'))).toThrow('is not a setting');
  });
});
