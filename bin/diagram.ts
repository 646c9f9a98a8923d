import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { synthesiseDefinition } from '../lib/definition.ts';
import { dotOf } from '../lib/diagram.ts';
import { everyProvider } from '../lib/every-provider.ts';

/** Draws the state machine into `docs/state-machine.svg`. */
const file = fileURLToPath(new URL('../docs/state-machine.svg', import.meta.url));
const graphviz = await Graphviz.load();
writeFileSync(file, graphviz.dot(dotOf(synthesiseDefinition(everyProvider))));
console.log(`drew ${file}`);
