import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { providers } from '../../lambdas/providers/registry.ts';
import { everyProvider } from '../../lib/every-provider.ts';
import { readable, resourcesOf, synthesise } from './stack.ts';

const { template } = synthesise(everyProvider);

const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ id, properties }) => ({
  ...properties,
  description: String(properties['AlarmDescription']),
  name: id.replace(/^ArchiverMonitoring/, '').replace(/[0-9A-F]{8}$/, ''),
}));

describe('the alarms', () => {
  it('watch what should never happen, each under the name that the runbook uses', () => {
    expect(alarms.map(({ name }) => name)).toEqual([
      'DeadLetterQueueNotEmpty',
      'IntakeErrors',
      ...providers.map(({ title }) => `StatusCheckErrors${title}`),
      'CopyExportsErrors',
      'ExecutionsTimedOut',
      'ExecutionsAborted',
      'EventsNotSent',
    ]);
  });

  it.each(alarms)('ring at the first occurrence and stay silent without data: $name', (alarm) => {
    expect(alarm).toMatchObject({
      Threshold: 1,
      EvaluationPeriods: 1,
      Period: 300,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  it('each say under which heading of the runbook to look', () => {
    const headings = readFileSync('docs/runbook.md', 'utf8').match(/^## .+$/gm) ?? [];
    for (const { description } of alarms) {
      const heading = /See docs\/runbook\.md, "(\w+)"$/.exec(description)?.[1];
      expect(headings).toContain(`## ${heading}`);
    }
  });

  it('count failed events by the resource with region and account, which is how Step Functions reports them', () => {
    const alarm = alarms.find(({ name }) => name === 'EventsNotSent') as { Dimensions?: { Name: string; Value: unknown }[] } | undefined;
    expect(alarm).toMatchObject({ Namespace: 'AWS/States', MetricName: 'ServiceIntegrationsFailed', Statistic: 'Sum' });
    expect(alarm?.Dimensions?.map(({ Name: name, Value: value }) => `${name}=${readable(value)}`)).toEqual([
      'ServiceIntegrationResourceArn=arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:events:putEvents',
    ]);
  });

  it('notify nobody unless a topic is named, and then each of them notifies it', () => {
    for (const alarm of alarms) expect(alarm).not.toHaveProperty('AlarmActions');
    const topic = 'arn:aws:sns:eu-central-1:123456789012:alarms';
    const notifying = resourcesOf(synthesise({ ...everyProvider, alarmTopicArn: topic }).template, 'AWS::CloudWatch::Alarm');
    expect(notifying).toHaveLength(alarms.length);
    for (const { properties } of notifying) expect(properties['AlarmActions']).toEqual([topic]);
  });
});
