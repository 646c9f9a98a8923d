import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { progressRows } from './progress.ts';
import { checksTable, progressTable, reportSchema, watchingTable, withTable } from './tables.ts';
import { watchedStacks } from './watched-stacks.ts';

/**
 * Writes the tables of `docs/costs.md`: from the bench's report, from the policy, and from the
 * synthesised stack.
 */
const report = fileURLToPath(new URL('../../reports/detection.json', import.meta.url));
const file = fileURLToPath(new URL('../../docs/costs.md', import.meta.url));

const withProgress = withTable(
  readFileSync(file, 'utf8'),
  'progress',
  progressTable(progressRows()),
);
writeFileSync(file, withTable(withProgress, 'watching', watchingTable(watchedStacks())));

if (!existsSync(report)) {
  process.stderr.write(
    `the table of checks stays as it is: there is no ${report}. Run "npm run bench:detection" first, about six minutes\n`,
  );
  process.exitCode = 1;
} else {
  const figures = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
  writeFileSync(file, withTable(readFileSync(file, 'utf8'), 'checks', checksTable(figures)));
  process.stdout.write(
    `wrote ${file}, from ${figures.assumptions.samples} generations of each kind\n`,
  );
}
