import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { target } from '../harness/cdk.ts';
import { onePdf } from '../harness/decks.ts';
import { resultAbout } from '../harness/expect-archived.ts';
import { projectFolder, runFolder } from '../harness/folders.ts';
import { bareEnvironment } from '../harness/run-command.ts';
import { stackName, type World } from '../harness/world.ts';

/** What a command came to. */
interface Ran {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A user of the account with policies of the documentation, and nothing else. */
const userName = 'operator';

const policy = (name: 'looking' | 'acting', { bucket, busName }: World): string =>
  readFileSync(join(projectFolder, 'docs/policies', `${name}.json`), 'utf8')
    .replaceAll('REGION', target.region)
    .replaceAll('ACCOUNT', target.account)
    .replaceAll('BUCKET', bucket)
    .replaceAll('/BUS"', `/${busName}"`);

const createOperator = async (world: World) => {
  const { iam } = world.aws;
  await iam.send(new CreateUserCommand({ UserName: userName }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: userName }));
  return {
    keys: {
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? '',
    },
    allow: async (name: 'looking' | 'acting'): Promise<void> => {
      await iam.send(
        new PutUserPolicyCommand({
          UserName: userName,
          PolicyName: name,
          PolicyDocument: policy(name, world),
        }),
      );
    },
    forbid: async (name: 'looking' | 'acting'): Promise<void> => {
      await iam.send(new DeleteUserPolicyCommand({ UserName: userName, PolicyName: name }));
    },
  };
};

/**
 * The emulator asks IAM for `lambda:PutFunctionConcurrency` where somebody reads a function's
 * concurrency; nobody who looks should have that.
 */
const unseen = ['reserved'];

/** The command line and the page, with exactly the policies that the documentation gives. */
export const consoleSection = (world: () => World): void => {
  describe('is operated', () => {
    let operator: Awaited<ReturnType<typeof createOperator>>;
    let folder: string;
    beforeAll(async () => {
      operator = await createOperator(world());
      await operator.allow('looking');
      folder = await mkdtemp(join(tmpdir(), 'generation-archiver-console-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    const start = (args: readonly string[]) =>
      spawn(
        process.execPath,
        ['--import', import.meta.resolve('tsx'), join(projectFolder, 'bin/stack.ts'), ...args],
        {
          cwd: folder,
          stdio: ['ignore', 'pipe', 'pipe'],
          env: {
            ...bareEnvironment(),
            ...operator.keys,
            AWS_ENDPOINT_URL: world().endpoint,
            AWS_REGION: target.region,
            AWS_CONFIG_FILE: join(runFolder, 'no-config'),
            AWS_SHARED_CREDENTIALS_FILE: join(runFolder, 'no-credentials'),
            AWS_EC2_METADATA_DISABLED: 'true',
            NODE_EXTRA_CA_CERTS: join(runFolder, 'certificate.pem'),
            NODE_NO_WARNINGS: '1',
          },
        },
      );
    const command = async (...args: readonly string[]): Promise<Ran> => {
      const child = start(args);
      let output = '';
      let errors = '';
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8');
      });
      child.stderr.on('data', (chunk: Buffer) => {
        errors += chunk.toString('utf8');
      });
      const status = await new Promise<number | null>((resolve) => {
        child.once('close', resolve);
      });
      return { status, output, errors };
    };
    const working = [
      { says: 'working', progress: 0.4, seconds: 25 },
      { says: 'completed' },
    ] as const;

    it('by looking alone: list, show, get, link and doctor', async () => {
      const generation = await world().generate(
        { provider: 'gamma', script: working, files: onePdf() },
        { metadata: { console: 'looking' } },
      );
      const { generationId } = generation;
      await resultAbout(world(), generation, 'Generation Archived');

      const listed = await command(
        'list',
        '--metadata',
        'console=looking',
        '--json',
        '--since',
        '1h',
      );
      expect([listed.status, JSON.parse(listed.output)]).toEqual([
        0,
        expect.objectContaining({ generationId, standing: 'Archived' }),
      ]);
      const all = await command('list');
      expect(all.output).toContain(generationId);

      const shown = await command('show', 'gamma', generationId);
      expect(shown.status).toBe(0);
      expect(shown.output).toMatch(/pending.*\n(?:.*\n)*.*saved {2}\(gamma\/.*presentation\.pdf/);

      const fetched = await command('get', 'gamma', generationId, '--out', 'decks');
      expect([fetched.status, fetched.errors]).toEqual([0, '']);
      const deck = await readFile(join(folder, 'decks/gamma', generationId, 'presentation.pdf'));
      expect(deck.subarray(0, 5).toString()).toBe('%PDF-');

      const { output } = await command('link', 'gamma', generationId, '--for', '15m');
      expect(new URL(output.trim()).pathname).toContain('presentation.pdf');

      const { output: findings } = await command('doctor');
      expect(findings).toMatch(/✓ rules: \d+, all enabled/);
      expect(findings).toMatch(
        /\? key of gamma: could not be looked at: AWS refuses it: the permission secretsmanager:GetSecretValue is missing/,
      );
      const open = findings.match(/^\?.*/gm)?.map((line) => line.slice(2, 10)) ?? [];
      expect(open.filter((name) => !name.startsWith('key of '))).toEqual(unseen);
    });

    it('and not by acting, which names the permission that is missing', async () => {
      const refused = await command('send', 'gamma', 'never-sent');
      expect([refused.status, refused.errors]).toEqual([
        1,
        expect.stringContaining('the permission events:PutEvents is missing'),
      ]);
      expect((await command('dead-letters')).errors).toContain(
        'the permission sqs:ReceiveMessage is missing',
      );
    });

    it('by acting: send with --wait through a whole generation, and the files of it', async () => {
      await operator.allow('acting');
      const { generationId } = world().simulator.add({
        provider: 'gamma',
        script: working,
        files: onePdf(),
      });
      const ran = await command('send', 'gamma', generationId, '--wait', '--out', 'decks');
      expect([ran.status, ran.errors]).toEqual([0, '']);
      expect(ran.output).toMatch(/gamma +\S+ +pending/);
      expect(ran.output).toMatch(/✓ +gamma .* archived/);
      expect(ran.output).toContain('Fetched and verified:');
    });

    it('from a prompt to the deck, by the name of the request and by the id that it got', async () => {
      const ran = await command(
        'send',
        'gamma',
        '--prompt',
        'How bread keeps',
        '--export',
        'pdf',
        '--request-id',
        'console-1',
        '--wait',
      );
      expect(ran.status).toBe(0);
      const byRequest = await command('show', 'gamma', 'console-1', '--json');
      const { generationId } = JSON.parse(byRequest.output) as { generationId: string };
      expect(
        JSON.parse((await command('show', 'gamma', generationId, '--json')).output),
      ).toMatchObject({ requestId: 'console-1' });
      expect(byRequest.output).not.toContain('How bread keeps');
    });

    it('by retry, of a request that was accepted and then given up: nothing is requested anew', async () => {
      // Without a format, Gamma makes no file.
      const ran = await command(
        'send',
        'gamma',
        '--prompt',
        'How bread keeps',
        '--timeout',
        '1',
        '--request-id',
        'console-2',
        '--wait',
      );
      expect(ran.status).toBe(1);
      const shown = await command('show', 'gamma', 'console-2', '--json');
      const { generationId } = JSON.parse(shown.output) as { generationId: string };
      expect(generationId).toMatch(/\S/);
      const retried = await command('retry', 'gamma', 'console-2', '--yes');
      expect([retried.status, retried.output]).toEqual([
        0,
        `  Generation Started: gamma ${generationId}: costs nothing at the provider\n`,
      ]);
      expect((await command('cancel', 'gamma', generationId)).status).toBe(0);
    });

    it('by reply and cancel', async () => {
      const script = [
        { says: 'question', question: 'Which colours?', seconds: 600 },
        { says: 'completed' },
      ] as const;
      const generation = await world().generate({ provider: 'chronicle', script });
      const { questionId = '' } = await resultAbout(
        world(),
        generation,
        'Generation Awaiting Input',
      );
      expect(
        (
          await command(
            'reply',
            'chronicle',
            generation.generationId,
            'Blue',
            '--question-id',
            questionId,
          )
        ).status,
      ).toBe(0);
      await resultAbout(world(), generation, 'Generation Archived');

      const other = await world().generate({ provider: 'chronicle', script });
      await resultAbout(world(), other, 'Generation Awaiting Input');
      expect((await command('cancel', 'chronicle', other.generationId)).status).toBe(0);
      await resultAbout(world(), other, 'Generation Cancelled');
      expect((await command('show', 'chronicle', other.generationId)).output).toContain(
        ': cancelled\n',
      );
    });

    it("from a deployed stack to yesterday's failures, sent again, in two commands", async () => {
      const { simulator } = world();
      const generation = simulator.add({
        provider: 'perceptis',
        script: [{ says: 'completed' }],
        files: onePdf(),
      });
      await world().send({ ...pick(generation), credential: 'of-the-console' });
      await resultAbout(world(), generation, 'Generation Not Archived');
      const listed = await command('list', '--failed', '--since', '1d', '--provider', 'perceptis');
      expect(listed.output).toContain(generation.generationId);
      expect(listed.output).toContain('CredentialMissing');
      await world().storeKey('perceptis', 'of-the-console', simulator.apiKey('perceptis'));
      const retried = await command('retry', '--failed', '--since', '1d', '--yes', 'perceptis');
      expect(retried.errors).toMatch(/\d+ sent again\.\n$/);
      expect(retried.output).toContain(
        `Generation Started: perceptis ${generation.generationId}: costs nothing at the provider`,
      );
      await resultAbout(world(), generation, 'Generation Archived', { count: 2 });
    });

    it('by its dead letters, sent again and deleted once they are taken', async () => {
      const { aws, deadLetterQueueUrl, simulator } = world();
      const { provider, generationId } = simulator.add({
        provider: 'gamma',
        script: [{ says: 'completed' }],
        files: onePdf(),
      });
      const event = {
        'detail-type': 'Generation Started',
        source: 'my.app',
        time: '2026-11-26T00:00:00Z',
        detail: { provider, generationId },
      };
      await aws.sqs.send(
        new SendMessageCommand({
          QueueUrl: deadLetterQueueUrl,
          MessageBody: JSON.stringify(event),
        }),
      );
      const listed = await command('dead-letters');
      expect([listed.status, listed.output]).toEqual([
        1,
        expect.stringContaining(`gamma  ${generationId}`),
      ]);
      const sent = await command('dead-letters', '--send', '--yes');
      expect([sent.status, sent.errors]).toEqual([
        0,
        expect.stringContaining('1 sent again, 0 left.'),
      ]);
      await resultAbout(world(), { generationId }, 'Generation Archived');
      expect((await command('dead-letters')).errors).toBe('There are no dead letters.\n');
    });

    it('by a dead letter above 256 kB: a reply, which arrives as it was written', async () => {
      const { aws, deadLetterQueueUrl, simulator } = world();
      const script = [
        { says: 'question', question: 'Which colour?', seconds: 600 },
        { says: 'completed' },
      ] as const;
      const generation = await world().generate({ provider: 'chronicle', script });
      const { provider, generationId } = generation;
      await resultAbout(world(), generation, 'Generation Awaiting Input');
      const content = 'Blue, and why. '.repeat(20_000);
      await aws.sqs.send(
        new SendMessageCommand({
          QueueUrl: deadLetterQueueUrl,
          MessageBody: JSON.stringify({
            'detail-type': 'Generation Reply',
            source: 'my.app',
            detail: { provider, generationId, content },
          }),
        }),
      );
      const sent = await command('dead-letters', '--send', '--yes');
      expect([sent.status, sent.errors]).toEqual([
        0,
        expect.stringContaining('1 sent again, 0 left.'),
      ]);
      await resultAbout(world(), generation, 'Generation Archived');
      const [reply] = simulator.requestsFor(generationId, 'message');
      expect(Number(reply?.headers['content-length'])).toBeGreaterThan(content.length);
    });

    it('by a doctor who may ask the providers', async () => {
      const { output } = await command('doctor');
      expect(output).toContain('✓ key of gamma: the key is stored, and the provider takes it');
      expect(output.match(/^\?.*/gm)?.map((line) => line.slice(2, 10))).toEqual(unseen);
    });

    it('by the page, over the same stack', async () => {
      const child = start(['page']);
      let address = '';
      for await (const line of createInterface({ input: child.stdout })) {
        address = line;
        break;
      }
      const html = await (await fetch(address)).text();
      expect(html).toContain('class="badge good"');
      expect(html).not.toContain('role="alert"');
      const [, path = ''] = /href="([^"]*\/generation\/gamma\/[^"]*)"/.exec(html) ?? [];
      expect(await (await fetch(new URL(path, address))).text()).toContain('What happened');
      child.kill('SIGINT');
      expect(
        await new Promise((resolve) => {
          child.once('close', resolve);
        }),
      ).toBe(0);
      await operator.forbid('acting');
      await operator.forbid('looking');
    });

    it('by nobody without the permissions', async () => {
      const { status, errors } = await command('list');
      expect([status, errors]).toEqual([
        1,
        expect.stringContaining('the permission cloudformation:DescribeStacks is missing'),
      ]);
      expect((await command('list', '--stack', stackName)).status).toBe(1);
    });
  });
};

const pick = ({ provider, generationId }: { provider: string; generationId: string }) => ({
  provider,
  generationId,
});
