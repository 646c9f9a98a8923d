/**
 * `npm run notices`: writes `THIRD_PARTY_NOTICES`, the licences of all the code of others that the
 * bundled functions hold. Each function has its own beside it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFunction } from '../lib/functions/bundle.ts';
import { functionEntries, functionSource } from '../lib/functions/function-code.ts';
import { noticesFile, noticesText } from '../lib/functions/notices.ts';

const folder = mkdtempSync(join(tmpdir(), 'generation-archiver-notices-'));
try {
  const all = functionEntries.flatMap((entry) =>
    bundleFunction(functionSource(entry).file, join(folder, `${entry}.mjs`)),
  );
  const byName = new Map(all.map((component) => [component.name, component]));
  const components = [...byName.values()].toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  writeFileSync(
    fileURLToPath(new URL(`../${noticesFile}`, import.meta.url)),
    noticesText(components),
  );
  console.log(`${noticesFile}: ${components.length} packages`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
