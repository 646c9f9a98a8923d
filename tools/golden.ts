import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { synthesiseDefinition } from '../lib/workflow/definition.ts';
import { everyProvider } from './every-provider.ts';

/**
 * Writes the golden definition of the state machine, so that every change to it is read in review.
 */
const file = fileURLToPath(new URL('../test/infra/golden/state-machine.json', import.meta.url));
writeFileSync(file, `${JSON.stringify(synthesiseDefinition(everyProvider), null, 2)}\n`);
console.log(`wrote ${file}`);
