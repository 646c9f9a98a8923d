/**
 * `npm run check:deployment`: looks at a deployed archiver for what no emulator can show, with the
 * caller's own credentials. See docs/first-deployment.md.
 *
 * Exit status 0: nothing was wrong; 1: something was; 2: bad usage.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { CommanderError } from 'commander';
import { readCheckArguments } from '../deployment/first/command.ts';
import { report } from '../deployment/first/finding.ts';
import { lookAtDeployment } from '../deployment/first/look.ts';
import { ConfigurationError } from '../lib/config/config-problems.ts';
import { configurationFrom } from '../lib/config/config-sources.ts';
import { parseConfiguration } from '../lib/config/config.ts';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const check = async (): Promise<number> => {
  const given = readCheckArguments(process.argv.slice(2));
  const { stackName, archiver } = parseConfiguration(configurationFrom(undefined, 'cdk.json'));
  if (given.profile !== undefined) process.env['AWS_PROFILE'] = given.profile;
  const [firstProvider = ''] = Object.keys(archiver.providers);
  const findings = await lookAtDeployment(
    {
      cloudFormation: new CloudFormationClient(),
      events: new EventBridgeClient(),
      lambda: new LambdaClient(),
      logs: new CloudWatchLogsClient(),
      s3: new S3Client(),
      sqs: new SQSClient(),
      stepFunctions: new SFNClient(),
    },
    {
      stackName: given.stack ?? stackName,
      provider: given.provider ?? firstProvider,
      keyPrefix: archiver.keyPrefix ?? '',
      generation: given.generation,
      minutes: given.minutes,
    },
    (finding) => say(report([finding])),
  );
  const wrong = findings.filter(({ outcome }) => outcome === 'WRONG').length;
  const unseen = findings.filter(({ outcome }) => outcome === 'unknown').length;
  say(`\n${findings.length} looked at, ${wrong} wrong, ${unseen} unknown`);
  return wrong === 0 ? 0 : 1;
};

try {
  process.exitCode = await check();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof ConfigurationError) {
    say(error.message);
    process.exitCode = 2;
  } else {
    say(
      `the deployment cannot be looked at: ${error instanceof Error ? error.message : 'no reason given'}`,
    );
    process.exitCode = 1;
  }
}
