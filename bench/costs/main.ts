import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checksTable, reportSchema, watchingTable, withTable } from './tables.ts';
import { watchedStacks } from './watched-stacks.ts';

/**
 * Writes the tables of `docs/costs.md`: from the bench's report, and from the synthesised stack.
 */
const report = fileURLToPath(new URL('../../reports/detection.json', import.meta.url));
const file = fileURLToPath(new URL('../../docs/costs.md', import.meta.url));

if (!existsSync(report)) {
  process.stderr.write(
    `there is no ${report}: run "npm run bench:detection" first, about six minutes\n`,
  );
  process.exitCode = 1;
} else {
  const figures = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
  const withChecks = withTable(readFileSync(file, 'utf8'), 'checks', checksTable(figures));
  writeFileSync(file, withTable(withChecks, 'watching', watchingTable(watchedStacks())));
  process.stdout.write(
    `wrote ${file}, from ${figures.assumptions.samples} generations of each kind\n`,
  );
}
