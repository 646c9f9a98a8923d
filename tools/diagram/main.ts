import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { configurationFrom } from '../../lib/config/config-sources.ts';
import { parseConfiguration } from '../../lib/config/config.ts';
import { synthesiseDefinitions } from '../../lib/workflow/definition.ts';
import { dotOf } from './drawing.ts';
import { loopDotOf } from './loop.ts';

/**
 * Draws the state machines that `cdk.json` deploys: with every provider they are too wide to read.
 */
const graphviz = await Graphviz.load();
const cdkJson = fileURLToPath(new URL('../../cdk.json', import.meta.url));
const { archiver } = parseConfiguration(configurationFrom(undefined, cdkJson));
const { generation, checks } = synthesiseDefinitions(archiver);
const pictures = [
  ['generation-machine', dotOf(generation)],
  ['checks-machine', dotOf(checks)],
  ['loop', loopDotOf(synthesiseDefinitions({ providers: { gamma: {} } }))],
] as const;
for (const [name, dot] of pictures) {
  const file = fileURLToPath(new URL(`../../docs/${name}.svg`, import.meta.url));
  writeFileSync(file, graphviz.dot(dot));
  console.log(`drew ${file}`);
}
