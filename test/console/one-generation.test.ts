import { createHash } from 'node:crypto';
import { readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../local/support/temporary-folder.ts';
import {
  archiverAnswers,
  artifactOf,
  beginning,
  execution,
  stateMachineArn,
} from '../support/aws/archiver.ts';
import { runAgainst } from './support/console-run.ts';

const about = (name: string): string =>
  `${stateMachineArn.replace('stateMachine', 'execution')}:${name}`;

const followed = execution({ id: 'abc123', metadata: { customer: '42' }, exportAs: ['pdf'] });
const failed = execution({
  id: 'lost',
  error: 'CredentialMissing',
  cause: 'there is no secret x; store the API key with: aws …',
});

const line = (seconds: number, message: string, fields: object = {}): object => ({
  level: 'INFO',
  message,
  timestamp: new Date((beginning + seconds) * 1000).toISOString(),
  execution: about(followed.name),
  provider: 'gamma',
  generationId: 'abc123',
  ...fields,
});

const lines = [
  line(30, 'checked', { kind: 'pending', said: 'pending', checks: 1, progress: 0.2 }),
  line(35, 'checked', { kind: 'pending', said: 'pending', checks: 2, progress: 0.2 }),
  line(40, 'checked', { kind: 'throttled', reason: 'too many requests', checks: 3 }),
  line(90, 'checked', { kind: 'pending', said: 'pending', checks: 4, progress: 0.8 }),
  line(120, 'checked', { kind: 'ready', said: 'completed', checks: 5 }),
  { ...line(121, 'of another generation'), execution: 'another' },
  { type: 'platform.start', time: 'of Lambda itself' },
  line(126, 'at no time at all', { timestamp: 'nonsense' }),
  line(130, 'file saved', {
    file: '1',
    key: 'gamma/abc123/presentation.pdf',
    bytes: 482_133,
    sourceHost: 'files.example',
  }),
];

/** Removed after the test. */
const folder = (): Promise<string> => temporaryFolder(onTestFinished);

const body = Buffer.from('%PDF-1.7 a deck');
const document = Buffer.from('{}');
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const location = (name: string) => ({
  bucket: 'archive',
  key: `gamma/abc123/${name}`,
  uri: `s3://archive/gamma/abc123/${name}`,
});

const manifest = (changes: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      version: '1',
      provider: 'gamma',
      generationId: 'abc123',
      metadata: { customer: '42' },
      outcome: 'archived',
      artifacts: [
        {
          ...artifactOf('gamma', 'abc123'),
          bytes: body.length,
          sha256: sha256(body),
          crc32: 'x',
          ...changes,
        },
      ],
      document: {
        ...location('generation.json'),
        bytes: document.length,
        sha256: sha256(document),
        crc32: 'x',
      },
      archivedAt: '2026-11-26T10:02:11.000Z',
    }),
  );

const withObjects = (changes: object = {}) =>
  archiverAnswers([followed, failed], {
    lines,
    objects: {
      'gamma/abc123/manifest.json': manifest(changes),
      'gamma/abc123/presentation.pdf': body,
      'gamma/abc123/generation.json': document,
    },
  });

describe('generation-archiver show', () => {
  it('tells the story of an archived generation, checks that told the same in one line', async () => {
    const { status, output } = await runAgainst(withObjects(), ['show', 'gamma', 'abc123']);
    expect(status).toBe(0);
    await expect(output).toMatchFileSnapshot('../fixtures/console/show-archived.txt');
  });

  it('tells why one failed and what to do, and ends with 1', async () => {
    const { status, output } = await runAgainst(withObjects(), ['show', 'gamma', 'lost']);
    expect(status).toBe(1);
    await expect(output).toMatchFileSnapshot('../fixtures/console/show-failed.txt');
  });

  it('tells programs the same as JSON', async () => {
    const { output } = await runAgainst(withObjects(), ['show', 'gamma', 'abc123', '--json']);
    await expect(`${JSON.stringify(JSON.parse(output), null, 2)}\n`).toMatchFileSnapshot(
      '../fixtures/console/show-archived.json',
    );
  });

  it('shows the latest run of a generation, and the request that it began with', async () => {
    const answers = archiverAnswers([
      execution({ id: 'again', run: 2, secondsAfter: 900 }),
      execution({ id: 'again', error: 'StorageFailed' }),
      execution({ id: 'order-7', requested: true, error: 'InsufficientCredits' }),
    ]);
    expect((await runAgainst(answers, ['show', 'gamma', 'again'])).output).toMatch(
      /^gamma again: archived\n/,
    );
    const { output } = await runAgainst(answers, ['show', 'gamma', 'order-7', '--json']);
    expect(JSON.parse(output)).toMatchObject({ requestId: 'order-7', standing: 'NotStarted' });
    // The prompt is confidential, whoever asks.
    expect(output).not.toContain('Bread');
  });

  it('says where nothing is known', async () => {
    const { status, errors } = await runAgainst(withObjects(), ['show', 'gamma', 'nothing']);
    expect([status, errors]).toEqual([
      1,
      expect.stringContaining('nothing is known of gamma/nothing'),
    ]);
  });
});

describe('generation-archiver get', () => {
  it('fetches what the manifest lists, and compares it', async () => {
    const out = await folder();
    const { status, output } = await runAgainst(withObjects(), [
      'get',
      'gamma',
      'abc123',
      '--out',
      out,
    ]);
    expect(status).toBe(0);
    expect(output).toContain(`sha256 ${sha256(body)}`);
    expect(await readFile(join(out, 'gamma/abc123/presentation.pdf'))).toEqual(body);
    expect((await readdir(join(out, 'gamma/abc123'))).toSorted()).toEqual([
      'generation.json',
      'presentation.pdf',
    ]);
  });

  it('finds what lies in a folder by its note, whatever Step Functions remembers', async () => {
    const out = await folder();
    const place = 'customers/42/gamma/abc123/';
    const [bytes, text] = [body, manifest({ key: `${place}presentation.pdf` })];
    const inFolder = JSON.parse(text.toString('utf8')) as { document: object };
    const objects = {
      '_folders/gamma/abc123.json': Buffer.from('{"version":"1","folder":"customers/42"}'),
      [`${place}manifest.json`]: Buffer.from(
        JSON.stringify({
          ...inFolder,
          document: { ...inFolder.document, key: `${place}generation.json` },
        }),
      ),
      [`${place}presentation.pdf`]: bytes,
      [`${place}generation.json`]: document,
    };
    const answers = archiverAnswers([], { objects });
    const { status } = await runAgainst(answers, ['get', 'gamma', 'abc123', '--out', out]);
    expect(status).toBe(0);
    expect(await readFile(join(out, `${place}presentation.pdf`))).toEqual(body);
  });

  it.each([
    [{ sha256: 'f'.repeat(64) }, /has SHA-256 .* the manifest says ffff/],
    [{ bytes: 7 }, /has 15 bytes, the manifest says 7/],
  ])('keeps no file that is not what the manifest says: %j', async (changes, told) => {
    const out = await folder();
    const { status, errors } = await runAgainst(withObjects(changes), [
      'get',
      'gamma',
      'abc123',
      '--out',
      out,
    ]);
    expect([status, errors]).toEqual([1, expect.stringMatching(told)]);
    expect(await readdir(join(out, 'gamma/abc123'))).toEqual(['generation.json']);
  });

  it.each(['../../etc/passwd', '/etc/passwd', 'gamma/../../x', 'gamma/abc123/.', 'gamma\\x'])(
    'writes nowhere else, whatever key a manifest names: %s',
    async (key) => {
      const out = await folder();
      const { status, errors } = await runAgainst(withObjects({ key }), [
        'get',
        'gamma',
        'abc123',
        '--out',
        out,
      ]);
      expect([status, errors]).toEqual([1, expect.stringContaining('leads out of the folder')]);
      expect(await readdir(out)).toEqual(['gamma']);
    },
  );

  it('writes through no link that leads out of the folder, and replaces none that is in the way', async () => {
    const out = await folder();
    const elsewhere = await folder();
    await writeFile(join(elsewhere, 'kept'), 'kept');
    await symlink(elsewhere, join(out, 'gamma'));
    const args = ['get', 'gamma', 'abc123', '--out', out];
    const { status, errors } = await runAgainst(withObjects(), args);
    expect([status, errors]).toEqual([1, expect.stringContaining('leads out of the folder')]);
    expect(await readdir(elsewhere)).toEqual(['kept']);
  });

  it('says what is in the way of its folder', async () => {
    const { status, errors } = await runAgainst(withObjects(), [
      'get',
      'gamma',
      'abc123',
      '--out',
      'package.json',
    ]);
    expect([status, errors]).toEqual([
      2,
      'error: --out package.json cannot be used: it is a file\n',
    ]);
  });

  it('takes no manifest that lists objects of another bucket', async () => {
    const { status, errors } = await runAgainst(withObjects({ bucket: 'another' }), [
      'get',
      'gamma',
      'abc123',
    ]);
    expect([status, errors]).toEqual([1, expect.stringContaining('is not archived')]);
  });

  it.each(['../x', 'a b', 'a"b', 'a\u001b[31m', '', 'sk-gamma-0123456789abcdef0123456789'])(
    'asks AWS nothing about what cannot be an id: %j',
    async (id) => {
      for (const command of ['show', 'get', 'link', 'retry']) {
        const { status, output, errors, asked } = await runAgainst(withObjects(), [
          command,
          'gamma',
          id,
        ]);
        expect([status, output, asked]).toEqual([1, '', ['cloudformation:DescribeStacks']]);
        // oxlint-disable-next-line no-control-regex
        expect(errors).not.toMatch(/\u001b/);
      }
    },
  );

  it('says where nothing is archived', async () => {
    expect((await runAgainst(withObjects(), ['get', 'gamma', 'lost'])).errors).toContain(
      'gamma/lost is not archived',
    );
  });
});

describe('generation-archiver link', () => {
  it('prints a link to the deck that ends when it is told to, and warns of it', async () => {
    const { status, output, errors } = await runAgainst(withObjects(), [
      'link',
      'gamma',
      'abc123',
      '--for',
      '2h',
    ]);
    expect(status).toBe(0);
    const [url = '', ...more] = output.trimEnd().split('\n');
    expect(more).toEqual([]);
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('7200');
    expect(new URL(url).pathname).toContain('gamma/abc123/presentation.pdf');
    expect(errors).toContain('Whoever has a link can open it');
    expect(errors).not.toContain('X-Amz');
  });

  it('takes the format that is asked for, and says which there are', async () => {
    expect(
      (await runAgainst(withObjects(), ['link', 'gamma', 'abc123', '--format', 'json'])).output,
    ).toContain('generation.json');
    const { status, errors } = await runAgainst(withObjects(), [
      'link',
      'gamma',
      'abc123',
      '--format',
      'pptx',
    ]);
    expect([status, errors]).toEqual([1, expect.stringContaining('there are: pdf, json')]);
  });
});
