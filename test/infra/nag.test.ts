import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack, Validations, type App } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { GenerationArchiverProps } from '../../lib/config/config.ts';
import { GenerationArchiverStack } from '../../lib/generation-archiver-stack.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { createApp } from './stack.ts';

/** The rules that the app breaks and nobody has answered, errors and warnings alike. */
const findingsOf = (app: App): string[] => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  let isRefused = false;
  try {
    app.synth();
  } catch {
    isRefused = true;
  }
  const file = join(app.outdir, 'validation-report.json');
  const report = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const rules = [...new Set(report.match(/AwsSolutions-[A-Z0-9]+(\[[^"\]]*\])?/g) ?? [])];
  return isRefused && rules.length === 0
    ? ['refused for a reason that is not in the report']
    : rules;
};

const findingsWith = (archiver: GenerationArchiverProps): string[] => {
  const app = createApp();
  return findingsOf(new GenerationArchiverStack(app, 'Archive', { archiver }).node.root as App);
};

describe('the security rules of cdk-nag', () => {
  it('find what is wrong with a bucket that nothing was done for, so that an empty list means something', () => {
    const stack = new Stack(createApp(), 'Careless');
    const findings = findingsOf(new Bucket(stack, 'Bucket').node.root as App);
    expect(findings).toEqual(expect.arrayContaining(['AwsSolutions-S1', 'AwsSolutions-S10']));
  });

  const alarmTopicArn = 'arn:aws:sns:eu-central-1:123456789012:alarms';

  it.each<[string, GenerationArchiverProps]>([
    ['with every provider', everyProvider],
    [
      'with an existing bucket, and prefixes',
      { ...everyProvider, bucketName: 'decks', keyPrefix: 'a/b', secretPrefix: 'c/d' },
    ],
    [
      'with an existing bus, and alarms that notify',
      { ...everyProvider, createEventBus: false, eventBusName: 'default', alarmTopicArn },
    ],
  ])('find nothing in the stack that is not answered with a reason: %s', (_, archiver) => {
    expect(findingsWith(archiver)).toEqual([]);
  });
});
