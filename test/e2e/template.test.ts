import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerationArchiverProps } from '../../lib/config/config.ts';
import { GenerationArchiverStack } from '../../lib/generation-archiver-stack.ts';
import { projectFolder, venvFolder } from './harness/folders.ts';
import { bareEnvironment, runCommand } from './harness/run-command.ts';

/** A DependsOn that a reference implies already: CDK itself writes it. */
const redundantDependsOn = 'W3005';

const everyProvider = {
  gamma: {},
  chronicle: {},
  duomi: { baseUrl: 'https://duomi.example.com' },
  perceptis: {},
  alai: {},
  slidespeak: {},
};

const variants: readonly (readonly [string, GenerationArchiverProps])[] = [
  ['with every provider', { providers: everyProvider }],
  [
    'with a bucket that is deleted with the stack',
    { providers: everyProvider, removalPolicy: RemovalPolicy.DESTROY },
  ],
  [
    'with an existing bus and bucket, alarms that notify, and limited checks',
    {
      providers: { gamma: { maxConcurrentChecks: 5 } },
      createEventBus: false,
      eventBusName: 'default',
      bucketName: 'existing-decks',
      keyPrefix: 'decks/',
      alarmTopicArn: 'arn:aws:sns:eu-central-1:123456789012:alarms',
    },
  ],
];

describe("AWS's own schemas (cfn-lint)", () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'generation-archiver-template-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const lint = async (template: object): Promise<string> => {
    const file = join(folder, 'template.json');
    writeFileSync(file, JSON.stringify(template));
    const args = [
      '--ignore-checks',
      redundantDependsOn,
      '--regions',
      'us-east-1',
      'eu-central-1',
      '--',
      file,
    ];
    return runCommand(join(venvFolder, 'bin', 'cfn-lint'), args, {
      cwd: projectFolder,
      env: bareEnvironment(),
    });
  };

  it.each(variants)('find nothing in the template %s', async (_, archiver) => {
    const app = new App({
      outdir: join(folder, 'out'),
      analyticsReporting: false,
      context: { 'aws:cdk:bundling-stacks': [] },
    });
    const template = Template.fromStack(
      new GenerationArchiverStack(app, 'GenerationArchiver', { archiver }),
    ).toJSON();
    expect(await lint(template)).toBe('');
  });

  it('find a mistake in a template that has one', async () => {
    const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketNam: 'typing-mistake' } };
    await expect(lint({ Resources: { Bucket: bucket } })).rejects.toThrow(/E3002/);
  });
});
