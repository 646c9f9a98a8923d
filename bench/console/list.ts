import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { bundling } from '../../lib/functions/bundle.ts';
import { archiverAnswers, execution } from '../../test/support/aws/archiver.ts';
import { startStandIn } from '../../test/support/aws/stand-in.ts';

/** What listing took. */
export interface ListFigures {
  readonly lines: number;
  readonly requests: number;
  readonly seconds: number;
  /** The most that the process held, Node.js included. */
  readonly residentMegabytes: number;
}

/** Has the process write the most that it held to its standard error, in kilobytes, at its end. */
const probe = `process.on('exit', () => process.stderr.write('\\nresident ' + process.resourceUsage().maxRSS + '\\n'));`;

/** Runs the bundled `list --json` over so many executions, with as many details as it reads by itself. */
export const measureList = async (count: number): Promise<ListFigures> => {
  // In the project: the bundle finds the package's version by the folder that it lies in.
  mkdirSync('reports', { recursive: true });
  const folder = mkdtempSync(join('reports', 'console-list-'));
  const file = join(folder, 'stack.mjs');
  buildSync({ ...bundling, entryPoints: ['bin/stack.ts'], outfile: file, target: 'node20.19' });
  const executions = Array.from({ length: count }, (_, index) =>
    execution({ id: `bench-${index}`, secondsAfter: count - index }),
  );
  const standIn = await startStandIn(archiverAnswers(executions));
  try {
    const begun = performance.now();
    const child = spawn(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(probe)}`,
        file,
        'list',
        '--json',
        '--limit',
        String(count),
      ],
      {
        cwd: process.cwd(),
        env: { PATH: process.env['PATH'] ?? '', ...standIn.environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString('utf8');
    });
    const ended = new Promise((resolve) => {
      child.once('close', resolve);
    });
    let lines = 0;
    for await (const line of createInterface({ input: child.stdout })) lines += line === '' ? 0 : 1;
    await ended;
    const kilobytes = Number(/resident (\d+)/.exec(errors)?.[1] ?? Number.NaN);
    if (lines !== count) throw new Error(`${lines} of ${count} were listed: ${errors}`);
    return {
      lines,
      requests: standIn.asked.length,
      seconds: (performance.now() - begun) / 1000,
      residentMegabytes: kilobytes / 1024,
    };
  } finally {
    await standIn.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
