import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What the scripts are made from, and what they write. */
const parts = [
  'package.json',
  'tsconfig.json',
  'cdk.json',
  'bin',
  'bench',
  'docs',
  'lambdas',
  'lib',
  'local',
  'tools',
  'test/infra/golden',
];

/** The page's own figures cannot be had without the bench: a report with one row. */
const report = {
  assumptions: { samples: 1 },
  cells: [
    {
      provider: 'gamma',
      nominalSeconds: 60,
      distribution: 'lognormal',
      archiver: { name: 'archiver', dollarsPerThousand: 1, meanLagSeconds: 1 },
      poller: { name: 'poller', dollarsPerThousand: 1, meanLagSeconds: 1 },
      durable: { name: 'durable', dollarsPerThousand: 1, meanLagSeconds: 1 },
      others: [],
    },
  ],
};

const watching = /<!-- watching: begin -->[\s\S]*<!-- watching: end -->/;

/** Each script of `npm run`, and a file that it writes. */
const scripts = [
  { script: 'diagram', file: 'docs/generation-machine.svg' },
  { script: 'diagram', file: 'docs/checks-machine.svg' },
  { script: 'diagram', file: 'docs/loop.svg' },
  { script: 'dashboard', file: 'docs/dashboard.svg' },
  { script: 'notices', file: 'THIRD_PARTY_NOTICES' },
  { script: 'golden', file: 'test/infra/golden/generation-machine.json' },
  { script: 'golden', file: 'test/infra/golden/checks-machine.json' },
  { script: 'schemas', file: 'docs/events/generation-archived.json' },
] as const;

describe.concurrent('in a copy of the project', { timeout: 120_000 }, () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'generation-archiver-docs-'));
    for (const part of parts) cpSync(part, join(folder, part), { recursive: true });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'dir');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = async (script: string): Promise<void> => {
    const child = spawn('npm', ['run', '--silent', script], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += String(chunk);
    });
    const status = await new Promise((ended) => {
      child.on('close', ended);
    });
    if (status !== 0) throw new Error(`npm run ${script} ended with ${String(status)}: ${errors}`);
  };

  it.each(scripts)('npm run $script writes $file as it is here', async ({ script, file }) => {
    writeFileSync(join(folder, file), 'to be replaced');
    await run(script);
    expect(readFileSync(join(folder, file), 'utf8')).toBe(readFileSync(file, 'utf8'));
  });

  it('npm run recording writes what a run of now looks like', async () => {
    const file = join(folder, 'docs/npm-start.svg');
    writeFileSync(file, 'to be replaced');
    await run('recording');
    const lines = readFileSync(file, 'utf8').replaceAll('\u00A0', ' ').split('\n');
    for (const said of ['$ npm start', 'Saved and verified:', './artifacts/slidespeak/'])
      expect(
        lines.some((line) => line.includes(said)),
        said,
      ).toBe(true);
  });

  it('npm run costs writes the tables: that of watching as it is here', async () => {
    mkdirSync(join(folder, 'reports'));
    writeFileSync(join(folder, 'reports/detection.json'), JSON.stringify(report));
    const page = join(folder, 'docs/costs.md');
    writeFileSync(
      page,
      readFileSync(page, 'utf8').replace(
        watching,
        '<!-- watching: begin -->\n<!-- watching: end -->',
      ),
    );
    await run('costs');
    const written = readFileSync(page, 'utf8');
    expect(written).toContain('Means over 1 simulated generations');
    expect(watching.exec(written)?.[0]).toBe(
      watching.exec(readFileSync('docs/costs.md', 'utf8'))?.[0],
    );
  });
});
