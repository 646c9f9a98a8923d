import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exportKey, manifestKey } from '../../lambdas/contract/keys.ts';
import { manifestSchema } from '../../lambdas/copying/archive/manifest.ts';
import { codeIn, commandsIn, textOf } from './pages.ts';

const page = 'docs/consume.md';

/** What is wrong with a text of SQL, and where. */
type Validate = (sql: string) => readonly { readonly message: string }[];

/** The parsers are written for bundlers: Node.js cannot load them as they are. */
const parsers = async (folder: string): Promise<{ hive: Validate; trino: Validate }> => {
  const outfile = join(folder, 'parsers.mjs');
  await build({
    stdin: {
      contents: `import { HiveSQL, TrinoSQL } from 'dt-sql-parser';
        export const hive = (sql) => new HiveSQL().validate(sql);
        export const trino = (sql) => new TrinoSQL().validate(sql);`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'silent',
  });
  return (await import(pathToFileURL(outfile).href)) as { hive: Validate; trino: Validate };
};

const [table = '', queries = ''] = codeIn(page, 'sql');

const notLoaded: Validate = () => [{ message: 'not loaded' }];

describe('the table for Athena', () => {
  let folder = '';
  let hive = notLoaded;
  let trino = notLoaded;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'generation-archiver-sql-'));
    ({ hive, trino } = await parsers(folder));
  }, 60_000);
  afterAll(async () => rm(folder, { recursive: true, force: true }));

  it("is a table of Hive, whose language Athena's definitions have", () => {
    expect(hive(table)).toEqual([]);
    expect(hive(table.replace('ROW FORMAT SERDE', 'ROW SERDE'))).not.toEqual([]);
  });

  it("is asked in Trino, whose language Athena's queries have", () => {
    expect(queries.split(';').filter((query) => query.trim() !== '')).toHaveLength(2);
    expect(trino(queries)).toEqual([]);
    expect(trino(queries.replace('CROSS JOIN', 'CROSS'))).not.toEqual([]);
  });

  it('has no column that a manifest has not, and names them as a manifest does', () => {
    const columns = [...table.matchAll(/^ {2}(\w+) /gm)].flatMap(([, name = '']) => name);
    const fields = Object.keys(manifestSchema.shape);
    expect(columns.length).toBeGreaterThan(8);
    expect(columns.filter((column) => !fields.includes(column))).toEqual([
      'INPUTFORMAT',
      'OUTPUTFORMAT',
    ]);
  });

  it.each([
    ['artifacts', manifestSchema.shape.artifacts.element],
    ['failures', manifestSchema.shape.failures.element],
    ['timing', manifestSchema.shape.timing],
  ])('has the fields of %s as they are', (column, schema) => {
    const [, struct = ''] =
      new RegExp(`^ {2}${column} (?:array<)?struct<(.*?)>`, 'm').exec(table) ?? [];
    const names = struct.split(',').map((field) => field.trim().split(':')[0]?.replaceAll('`', ''));
    expect(names.length).toBeGreaterThan(2);
    expect(Object.keys(schema.shape)).toEqual(expect.arrayContaining(names));
  });
});

const generation = { provider: 'gamma', generationId: 'abc123', folder: 'customers/42' };

const statementSchema = z.object({
  Effect: z.literal('Allow'),
  Action: z.string(),
  Resource: z.string(),
  Condition: z.record(z.string(), z.record(z.string(), z.string())).optional(),
});

const documents = codeIn(page, 'json').map((code) => JSON.parse(code) as Record<string, unknown>);
const policies = documents.flatMap((document) =>
  'Statement' in document
    ? [z.object({ Statement: z.array(statementSchema) }).parse(document).Statement]
    : [],
);

const covers = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`,
  ).test(text);

const arn = (key: string): string => `arn:aws:s3:::BUCKET/${key}`;

describe('the policies and rules of the page', () => {
  it("let one customer's role read its own files, and list them alone", () => {
    const [read, list] = policies[0] ?? [];
    const keys = [exportKey('', generation, 'pdf'), manifestKey('', generation)];
    for (const key of keys) expect(covers(read?.Resource ?? '', arn(key)), key).toBe(true);
    for (const folder of [undefined, 'customers/43', 'customers/421', 'customers'])
      expect(
        covers(read?.Resource ?? '', arn(exportKey('', { ...generation, folder }, 'pdf'))),
      ).toBe(false);
    expect(list?.Condition?.['StringLike']?.['s3:prefix']).toBe('customers/42/*');
  });

  it('compare the tag of the file with that of the principal', () => {
    expect(policies[1]?.[0]?.Condition).toEqual({
      StringEquals: { 's3:ExistingObjectTag/customer': '${aws:PrincipalTag/customer}' },
    });
    expect(policies).toHaveLength(2);
  });

  it('expire what lies in the folder', () => {
    const rules = z
      .object({ Rules: z.array(z.object({ Filter: z.object({ Prefix: z.string().optional() }) })) })
      .parse(documents.find((document) => 'Rules' in document));
    expect(exportKey('', generation, 'pdf').startsWith(rules.Rules[0]?.Filter.Prefix ?? '?')).toBe(
      true,
    );
  });
});

describe('a link', () => {
  const s3 = new S3Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  });
  const link = async (expiresIn: number): Promise<string> =>
    getSignedUrl(
      s3,
      new GetObjectCommand({ Bucket: 'decks-of-ours', Key: exportKey('', generation, 'pdf') }),
      {
        expiresIn,
      },
    );

  it('to the key that the page names lives for as long as it says', async () => {
    const presign = commandsIn(textOf(page)).find((command) =>
      command.startsWith('aws s3 presign'),
    );
    const [, key = '', seconds = ''] =
      /s3:\/\/BUCKET\/(\S+) --expires-in (\d+)/.exec(presign ?? '') ?? [];
    const url = new URL(await link(Number(seconds)));
    expect(url.pathname).toBe(`/${key}`);
    expect(url.searchParams.get('X-Amz-Expires')).toBe(seconds);
  });

  it('lives for seven days and no longer', async () => {
    const week = 7 * 86_400;
    expect(new URL(await link(week)).searchParams.get('X-Amz-Expires')).toBe(String(week));
    await expect(link(week + 1)).rejects.toThrow('must have an expiration date less than one week');
  });
});
