import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { configurationFrom } from '../../lib/config/config-sources.ts';
import { parseConfiguration } from '../../lib/config/config.ts';
import { synthesiseDefinition } from '../../lib/workflow/definition.ts';
import { dotOf } from './drawing.ts';

/**
 * Draws the state machine that `cdk.json` deploys into `docs/state-machine.svg`: with every
 * provider it is too wide to read.
 */
const file = fileURLToPath(new URL('../../docs/state-machine.svg', import.meta.url));
const graphviz = await Graphviz.load();
const cdkJson = fileURLToPath(new URL('../../cdk.json', import.meta.url));
const { archiver } = parseConfiguration(configurationFrom(undefined, cdkJson));
writeFileSync(file, graphviz.dot(dotOf(synthesiseDefinition(archiver))));
console.log(`drew ${file}`);
