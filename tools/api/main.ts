/**
 * `npm run api`: writes `API.md`, the reference of the constructs, and the golden file of their
 * public face, from the assembly that the last `npm run build` made.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { readAssembly } from './assembly.ts';
import { faceOf } from './face.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const inProject = (name: string): string =>
  fileURLToPath(new URL(`../../${name}`, import.meta.url));

writeFileSync(inProject('test/package/golden/api.txt'), faceOf(readAssembly(inProject('.jsii'))));

const program = createRequire(import.meta.url).resolve('jsii-docgen/bin/jsii-docgen');
const { status } = spawnSync(process.execPath, [program, '--output', 'API.md'], {
  cwd: project,
  stdio: 'inherit',
});
if (status !== 0) throw new Error(`jsii-docgen ended with ${String(status)}`);
console.log('wrote API.md and test/package/golden/api.txt');
