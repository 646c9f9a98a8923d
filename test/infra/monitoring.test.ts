import { readFileSync } from 'node:fs';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { providers } from '../../lambdas/providers/registry.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { readable, resourcesOf, synthesise } from './stack.ts';

const { template } = synthesise(everyProvider);

const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ id, properties }) => ({
  ...properties,
  description: String(properties['AlarmDescription']),
  name: id.replace(/^ArchiverMonitoring/, '').replace(/[0-9A-F]{8}$/, ''),
}));

const headingOf = (description: string): string =>
  /See docs\/runbook\.md, "(\w+)"$/.exec(description)?.[1] ?? `no heading in: ${description}`;

/** Alarms over what is retried and passes by itself as a rule. */
const isLasting = (name: string): boolean =>
  /^(ProviderUnavailable|StartsNotAccepted|Throttling|EventsNotSent|ChecksFailed|ChecksTimedOut)/.test(
    name,
  );

const named = (name: string) => {
  const found = alarms.find((alarm) => alarm.name === name);
  if (found === undefined) throw new Error(`no alarm ${name}`);
  return found as typeof found & { Dimensions?: { Name: string; Value: unknown }[] };
};

const dimensionsOf = (name: string): string[] =>
  (named(name).Dimensions ?? []).map(
    ({ Name: dimension, Value: value }) => `${dimension}=${readable(value)}`,
  );

/** Of the providers that can do this. */
const titlesOf = (ability: 'reply' | 'starting' | 'exporting'): string[] =>
  providers.flatMap((provider) => (provider[ability] === undefined ? [] : [provider.title]));

describe('the alarms', () => {
  it('watch what should never happen, each under the name that the runbook uses', () => {
    const titles = providers.map(({ title }) => title);
    expect(new Set(alarms.map(({ name }) => name))).toEqual(
      new Set([
        'DeadLetterQueueNotEmpty',
        'DeadLettersLostIntake',
        'DeadLettersLostStopped',
        ...titlesOf('reply').map((title) => `DeadLettersLostReply${title}`),
        'ExecutionsFailed',
        'IntakeErrors',
        ...titles.map((title) => `StatusCheckErrors${title}`),
        ...titlesOf('starting').map((title) => `StartErrors${title}`),
        ...titlesOf('exporting').map((title) => `ExportErrors${title}`),
        'CopyExportsErrors',
        'ExecutionsOverdue',
        'ExecutionsTimedOut',
        'ExecutionsAborted',
        'ChecksFailed',
        'ChecksTimedOut',
        'EventsNotSent',
        'SweepErrors',
        ...titles.map((title) => `ProviderUnavailable${title}`),
        ...titlesOf('starting').map((title) => `StartsNotAccepted${title}`),
        'ThrottlingIntake',
        'ThrottlingCopyExports',
        ...titles.map((title) => `ThrottlingCheck${title}`),
        'ThrottlingStateMachine',
        'ThrottlingChecksMachine',
      ]),
    );
  });

  it.each(alarms.filter(({ name }) => !isLasting(name)))(
    'ring at the first occurrence and stay silent without data: $name',
    (alarm) => {
      expect(alarm).toMatchObject({
        Threshold: 1,
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
        Period: 300,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      });
    },
  );

  it.each(alarms.filter(({ name }) => isLasting(name)))(
    'ring when it has lasted for a quarter of an hour: $name',
    (alarm) => {
      expect(alarm).toMatchObject({
        Threshold: 1,
        EvaluationPeriods: 4,
        DatapointsToAlarm: 3,
        Period: 300,
        TreatMissingData: 'notBreaching',
      });
    },
  );

  it('and the headings of the runbook are the same', () => {
    const headings = readFileSync('docs/runbook.md', 'utf8').match(/^## .+$/gm) ?? [];
    const named = new Set(alarms.map(({ description }) => `## ${headingOf(description)}`));
    expect(headings.filter((heading) => /^## [A-Z]\w+$/.test(heading)).toSorted()).toEqual(
      [...named].toSorted(),
    );
  });

  it('of a provider look at answers that were of no use: one that was of use is enough for silence', () => {
    expect(named('ProviderUnavailableDuomi')).toMatchObject({
      Namespace: 'GenerationArchiver',
      MetricName: 'UnusableAnswers',
      Statistic: 'Minimum',
    });
    expect(dimensionsOf('ProviderUnavailableDuomi')).toEqual([
      'provider=duomi',
      expect.stringMatching(/^service=ArchiveArchiver[0-9A-F]{8}$/),
    ]);
  });

  it('of starts look at them alone: what was started before may go on to answer well', () => {
    expect(named('StartsNotAcceptedGamma')).toMatchObject({
      Namespace: 'GenerationArchiver',
      MetricName: 'UnacceptedStarts',
      Statistic: 'Minimum',
    });
    expect(dimensionsOf('StartsNotAcceptedGamma')).toEqual([
      'provider=gamma',
      expect.stringMatching(/^service=ArchiveArchiver[0-9A-F]{8}$/),
    ]);
  });

  it('watch every function that has a dead-letter queue for events that it did not take', () => {
    const withQueue = resourcesOf(template, 'AWS::Lambda::Function').flatMap(({ id, properties }) =>
      'DeadLetterConfig' in properties ? [id] : [],
    );
    const watching = alarms.filter(({ name }) => name.startsWith('DeadLettersLost'));
    for (const { name } of watching)
      expect(named(name)).toMatchObject({
        Namespace: 'AWS/Lambda',
        MetricName: 'DeadLetterErrors',
      });
    const watched = watching.flatMap(({ name }) =>
      (named(name).Dimensions ?? []).map(({ Value: value }) => (value as { Ref: string }).Ref),
    );
    expect(watched.toSorted()).toEqual(withQueue.toSorted());
  });

  it('look at the metrics of the one archiver that they belong to, under the name that its functions are given', () => {
    const names = resourcesOf(template, 'AWS::Lambda::Function', 'ArchiverStatus').map(
      ({ properties }) =>
        (properties['Environment'] as { Variables: Record<string, unknown> }).Variables[
          'ARCHIVER_NAME'
        ],
    );
    expect(dimensionsOf('ExecutionsFailed')).toEqual([`service=${String(names[0])}`]);
    expect(new Set(names).size).toBe(1);
  });

  it('count failed events by the resource with region and account, which is how Step Functions reports them', () => {
    expect(named('EventsNotSent')).toMatchObject({
      Namespace: 'AWS/States',
      MetricName: 'ServiceIntegrationsFailed',
      Statistic: 'Sum',
    });
    expect(dimensionsOf('EventsNotSent')).toEqual([
      'ServiceIntegrationResourceArn=arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:events:putEvents',
    ]);
  });

  it('notify nobody unless a topic is named, and then each of them notifies it', () => {
    for (const alarm of alarms) expect(alarm).not.toHaveProperty('AlarmActions');
    const topic = 'arn:aws:sns:eu-central-1:123456789012:alarms';
    const notifying = resourcesOf(
      synthesise({ ...everyProvider, alarmTopicArn: topic }).template,
      'AWS::CloudWatch::Alarm',
    );
    expect(notifying).toHaveLength(alarms.length);
    for (const { properties } of notifying) expect(properties['AlarmActions']).toEqual([topic]);
  });

  it('are left out where the configuration says so, which a topic is warned of', () => {
    const silent = synthesise({
      ...everyProvider,
      alarms: false,
      alarmTopicArn: 'arn:aws:sns:eu-central-1:123456789012:alarms',
    });
    expect(resourcesOf(silent.template, 'AWS::CloudWatch::Alarm')).toEqual([]);
    expect(resourcesOf(silent.template, 'AWS::CloudWatch::Dashboard')).toHaveLength(1);
    expect(
      Annotations.fromStack(silent.stack).findWarning(
        '*',
        Match.stringLikeRegexp('alarmTopicArn names a topic, but alarms is false'),
      ),
    ).toHaveLength(1);
  });
});

describe('tracing', () => {
  it('goes through every function and both state machines', () => {
    for (const { properties } of resourcesOf(template, 'AWS::Lambda::Function')) {
      expect(properties['TracingConfig']).toEqual({ Mode: 'Active' });
    }
    expect(
      resourcesOf(template, 'AWS::StepFunctions::StateMachine').map(
        ({ properties }) => properties['TracingConfiguration'],
      ),
    ).toEqual([{ Enabled: true }, { Enabled: true }]);
  });
});
