import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { synthesiseDefinitions } from '../lib/workflow/definition.ts';
import { everyProvider } from './every-provider.ts';

/**
 * Writes the golden definitions of the state machines, so that every change to them is read in
 * review.
 */
const { generation, checks } = synthesiseDefinitions(everyProvider);
const write = (name: string, definition: object): void => {
  const file = fileURLToPath(new URL(`../test/infra/golden/${name}.json`, import.meta.url));
  writeFileSync(file, `${JSON.stringify(definition, null, 2)}\n`);
  console.log(`wrote ${file}`);
};
write('generation-machine', generation);
write('checks-machine', checks);
