import { describe, expect, it } from 'vitest';
import { archiverAnswers } from '../support/aws/archiver.ts';
import type { Answer, Asked } from '../support/aws/stand-in.ts';
import { runAgainst } from './support/console-run.ts';

const failing = (failed: string, answer: Answer) =>
  archiverAnswers([], { others: ({ action }: Asked) => (action === failed ? answer : undefined) });

describe('an error of AWS', () => {
  it.each<[string, Answer, RegExp]>([
    [
      'states:ListExecutions',
      {
        error: 'AccessDeniedException',
        message:
          'User: arn:aws:iam::1:user/x is not authorized to perform: states:ListExecutions on resource: arn',
      },
      /^error: AWS refuses it: the permission states:ListExecutions is missing. docs\/operate.md/,
    ],
    [
      'states:ListExecutions',
      { error: 'AccessDeniedException', message: 'Access Denied' },
      /the permission states:ListExecutions is missing/,
    ],
    [
      'cloudformation:DescribeStacks',
      { error: 'AccessDenied', message: 'no', status: 403 },
      /the permission cloudformation:DescribeStacks is missing/,
    ],
    [
      'cloudformation:DescribeStacks',
      { error: 'ExpiredToken', message: 'expired', status: 403 },
      /AWS does not take these credentials \(ExpiredToken\)/,
    ],
    ...[
      'ExpiredTokenException',
      'InvalidClientTokenId',
      'UnrecognizedClientException',
      'SignatureDoesNotMatch',
      'IncompleteSignature',
      'MissingAuthenticationToken',
      'InvalidToken',
      'OptInRequired',
    ].map((error): [string, Answer, RegExp] => [
      'cloudformation:DescribeStacks',
      { error, message: 'no', status: 403 },
      new RegExp(`^error: AWS does not take these credentials \\(${error}\\): sign in`),
    ]),
    [
      'cloudformation:DescribeStacks',
      { error: 'SignatureDoesNotMatch', message: 'Signature expired: it is now 12:00' },
      /^error: the clock of this machine differs from AWS's \(SignatureDoesNotMatch\)/,
    ],
    [
      'states:ListExecutions',
      { error: 'ServiceUnavailable\u001b[2J', message: 'not \u001b[31mnow\u009b0m', status: 503 },
      /^error: AWS answered states:ListExecutions with \S+: not now\n$/,
    ],
    [
      'states:ListExecutions',
      { error: 'InvalidToken', message: 'the token is old' },
      /AWS answered states:ListExecutions with InvalidToken: the token is old/,
    ],
  ])('of %s is told with what to do: %j', async (action, answer, told) => {
    const { status, errors, output } = await runAgainst(failing(action, answer), ['list']);
    expect([status, output]).toEqual([1, '']);
    expect(errors).toMatch(told);
  });

  it('about a stack that is not there names the region, and both options', async () => {
    const { status, errors } = await runAgainst(archiverAnswers([]), [
      'list',
      '--stack',
      'Elsewhere',
      '--region',
      'us-west-2',
    ]);
    expect([status, errors]).toEqual([
      1,
      'error: there is no stack Elsewhere in us-west-2: name another with --stack, or another region with --region\n',
    ]);
  });

  it('about a stack of something else says that it is no archiver', async () => {
    const other = archiverAnswers([], {
      others: ({ action }) =>
        action === 'cloudformation:DescribeStacks'
          ? {
              xml: '<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>x</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-11-26T00:00:00Z</CreationTime></member></Stacks></DescribeStacksResult></DescribeStacksResponse>',
            }
          : undefined,
    });
    expect((await runAgainst(other, ['list'])).errors).toMatch(
      /has no output ArtifactsBucketName: it is no archiver's/,
    );
  });

  it('finds an archiver of an older version by the four outputs that it has', async () => {
    const outputs = ['ArtifactsBucketName', 'EventBusName', 'DeadLetterQueueUrl']
      .map((name) => `<member><OutputKey>${name}</OutputKey><OutputValue>x</OutputValue></member>`)
      .join('');
    const machine =
      '<member><OutputKey>StateMachineArn</OutputKey><OutputValue>arn:aws:states:eu-west-1:111122223333:stateMachine:Archiver</OutputValue></member>';
    const older = archiverAnswers([], {
      others: ({ action }) =>
        action === 'cloudformation:DescribeStacks'
          ? {
              xml: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>GenerationArchiver</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><CreationTime>2026-11-26T00:00:00Z</CreationTime><Outputs>${outputs}${machine}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
            }
          : undefined,
    });
    expect((await runAgainst(older, ['list'])).status).toBe(0);
  });

  it('about credentials or a region that are missing comes before any request', async () => {
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    const { errors, asked } = await runAgainst(archiverAnswers([]), ['list'], none);
    expect(errors).toMatch(/^error: there are no AWS credentials: sign in/);
    expect(asked).toEqual([]);
    const nowhere = await runAgainst(archiverAnswers([]), ['list', '--region', 'the moon']);
    expect(nowhere.errors).toBe("error: 'the moon' is no region: use a name such as eu-west-1\n");
  });

  it('about a profile that is not there names it', async () => {
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    const args = ['list', '--profile', 'another'];
    expect((await runAgainst(archiverAnswers([]), args, none)).errors).toMatch(
      /^error: there are no AWS credentials in the profile another: sign in/,
    );
  });

  it('about an address that nobody answers at is told as such', async () => {
    const { status, errors } = await runAgainst(archiverAnswers([]), ['list'], {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    });
    expect([status, errors]).toEqual([
      1,
      expect.stringContaining('cannot be reached (ECONNREFUSED)'),
    ]);
  });
});

describe('usage', () => {
  it.each([
    [['send', 'gamma'], /name a generationId of gamma, or start one with --prompt/],
    [['send', 'acme', '--prompt', 'Bread'], /acme is none of the archiver's own/],
    [['send', 'gamma', 'abc', '--out', 'x'], /--out needs --wait/],
    [['send', 'gamma', 'a b'], /generationId 'a b'/],
    [['retry'], /name a provider and an id, or say --failed --since 6h/],
    [['retry', '--failed'], /--since 6h/],
    [['link', 'gamma', 'abc', '--for', '8d'], /S3 makes links for 7d at most/],
    [['link', 'gamma', 'abc', '--for', '0h'], /use a span such as/],
    [['page', '--port', '70000'], /use a port number from 1 to 65535/],
    [['list', '--limit', '0'], /use a whole number of generations from 1 to 1000000/],
    [['list', '--metadata', 'customer'], /use field=value, such as customer=42/],
    [['show', 'gamma'], /missing required argument 'id'/],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['list', '--frobnicate'], /unknown option '--frobnicate'/],
  ])('that is wrong ends with 2 and asks nothing of AWS: %j', async (args, told) => {
    const { status, errors, asked } = await runAgainst(archiverAnswers([]), args);
    expect([status, asked]).toEqual([2, []]);
    expect(errors).toMatch(told);
  });

  it.each(['list', 'send', 'show', 'retry', 'page'])('of %s is shown by --help', async (name) => {
    const { status, output } = await runAgainst(archiverAnswers([]), [name, '--help']);
    expect(status).toBe(0);
    expect(output).toContain('--stack <name>');
  });

  it('as a whole is shown by --help', async () => {
    const { output } = await runAgainst(archiverAnswers([]), ['--help']);
    await expect(output).toMatchFileSnapshot('../fixtures/console/help.txt');
  });

  it.each(['bash', 'zsh'])('is completed in %s', async (shell) => {
    const { status, output } = await runAgainst(archiverAnswers([]), ['completion', shell]);
    expect(status).toBe(0);
    expect(output).toContain(
      '*:list) COMPREPLY=($(compgen -W "--stack --region --profile --json --running --failed',
    );
  });
});
