// Records npm start, and draws the recording: npm run recording
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { startDemonstration } from '../../local/demonstration.ts';
import { runArchiver } from '../../local/run.ts';
import { drawRecording } from './drawing.ts';
import { spansOf, type Frame } from './spans.ts';
import { openTerminal } from './terminal.ts';

/** As wide as a page can show it, and long enough for all that is said. */
const size = { columns: 112, rows: 27 } as const;

/** Milliseconds that nothing happens at the most: what is longer is made shorter. */
const longestPause = 1500;

/** Milliseconds that the end is shown before it begins anew. */
const endMilliseconds = 8000;

/** Two screens within this time are one. */
const frameMilliseconds = 100;

const file = fileURLToPath(new URL('../../docs/npm-start.svg', import.meta.url));

/** The paths that are shown begin here. */
const folder = mkdtempSync(join(tmpdir(), 'generation-archiver-recording-'));
process.chdir(folder);

const begin = performance.now();
const frames: Frame[] = [];
let drawn: Promise<void> = Promise.resolve();

/** Keeps the screen as it is, after those before it. */
const keep = async (before: Promise<void>, at: number): Promise<void> => {
  const lines = terminal.screen();
  await before;
  const last = frames.at(-1);
  if (last === undefined || at - last.at >= frameMilliseconds) frames.push({ at, lines });
  else frames[frames.length - 1] = { at: last.at, lines };
};

const terminal = openTerminal(size.columns, size.rows, () => {
  drawn = keep(drawn, performance.now() - begin);
});

terminal.output.write('$ npm start\n\n');
const demonstration = await startDemonstration();
const input = new PassThrough() as unknown as NodeJS.ReadStream;
const status = await runArchiver({
  ...demonstration,
  folder: 'artifacts',
  json: false,
  input,
  output: terminal.output,
  errors: terminal.output,
  stop: new AbortController().signal,
  interrupt: () => undefined,
});
await demonstration.close();
await terminal.lines();
await drawn;
process.chdir('/');
rmSync(folder, { recursive: true, force: true });
if (status !== 0) throw new Error(`the demonstration ended with ${status}`);

let at = 0;
const played = frames.map(({ lines }, index) => {
  const pause = index === 0 ? 0 : (frames[index]?.at ?? 0) - (frames[index - 1]?.at ?? 0);
  at += Math.min(pause, longestPause);
  return { at: Math.round(at), lines };
});
const length = Math.round(at) + endMilliseconds;
writeFileSync(
  file,
  drawRecording(
    spansOf(played, length),
    size,
    length,
    'npm start: generations of all providers are followed, saved and verified in a terminal',
  ),
);
console.log(`recorded ${Math.round(length / 1000)} s into ${file}`);
process.exit(0);
