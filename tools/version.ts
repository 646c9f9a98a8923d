import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes the version of `package.json` into `lambdas/contract/version.ts`; `npm version` runs it.
 */
const file = new URL('../lambdas/contract/version.ts', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const source = readFileSync(file, 'utf8');
writeFileSync(file, source.replace(/(?<=version = ')[^']*(?=')/, manifest.version));
