/**
 * `npm run bench:console`: the page with 10,000 generations in a real browser, and `list` of 10,000
 * executions by the bundled command line against a stand-in for AWS on this machine.
 *
 *   --rounds 15 of each
 */
import { parseArgs } from 'node:util';
import { servePage } from '../../console/page/serve.ts';
import { fakeBackend, seenOf } from '../../test/console/support/fake-backend.ts';
import { table, targetTable, writeReport, type Target } from '../shared/targets.ts';
import { measureList } from './list.ts';
import { measurePage } from './page.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Number(values.rounds);
if (!(rounds >= 1)) throw new Error(`--rounds is ${values.rounds}: use a number from 1 on`);

const generations = 10_000;

/** Milliseconds until something is seen, and until a press has shown its effect: people notice more. */
const maxFirstPaint = 300;
const maxInteraction = 100;

/** Megabytes of the whole process. */
const maxResident = 150;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const below = (name: string, unit: string, limit: number, value: number): Target => ({
  name,
  target: `below ${limit} ${unit}`,
  measured: `${value.toFixed(0)} ${unit}`,
  met: value < limit,
});

const all = Array.from({ length: generations }, (_, index) => seenOf(index));
const { backend } = fakeBackend({ all });
const page = await servePage({ backend, now: () => Date.now(), explain: () => undefined }, 0);
try {
  const browser = await measurePage(page.address, rounds);
  const list = await measureList(generations);
  const targets = [
    below(
      'first paint of the page, 10,000 generations, median',
      'ms',
      maxFirstPaint,
      browser.firstPaint,
    ),
    below(
      'one interaction with it (the next fifty), median',
      'ms',
      maxInteraction,
      browser.interaction,
    ),
    below(
      'list of 10,000 executions: resident memory at most',
      'MB',
      maxResident,
      list.residentMegabytes,
    ),
  ];
  say(
    table([
      ['list of 10,000', 'lines', 'requests', 'seconds', 'resident'],
      [
        '',
        String(list.lines),
        String(list.requests),
        list.seconds.toFixed(1),
        `${list.residentMegabytes.toFixed(0)} MB`,
      ],
    ]),
  );
  say(`\n${targetTable(targets)}\n`);
  say(`report: ${writeReport('console', { targets, rounds, browser, list })}`);
} finally {
  await page.close();
}
