/**
 * `npm run build`: compiles the construct library, and bundles the functions and the command line
 * into `dist/`, as the published package has them.
 */
import { chmodSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { bundling, filesIn } from '../lib/functions/bundle.ts';
import { bundleInto, functionEntries, functionSource } from '../lib/functions/function-code.ts';
import { componentsOf, noticesFile, noticesText } from '../lib/functions/notices.ts';
import { compile } from './build/compile.ts';
import { rewriteSpecifiers } from './build/specifiers.ts';
import { carryZod } from './build/zod.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const dist = join(project, 'dist');

/** What the other languages' packages are made from: the public face of the constructs. */
const assembly = join(project, '.jsii');

/** The oldest Node.js that people may have (`engines` in package.json). */
const oldestNode = 'node20.19';

/**
 * The command line with everything that it needs, so that users of the construct install none of
 * it; and beside it the files of its page.
 */
const bundleConsole = (): void => {
  const folder = join(dist, 'console');
  const program = join(folder, 'stack.mjs');
  const { metafile } = buildSync({
    ...bundling,
    entryPoints: [join(project, 'bin', 'stack.ts')],
    outfile: program,
    target: oldestNode,
    banner: { js: `#!/usr/bin/env node\n${bundling.banner.js}` },
    metafile: true,
    logLevel: 'warning',
  });
  // npm does this when it installs; the package of Python runs the file as it is.
  chmodSync(program, 0o755);
  writeFileSync(join(folder, noticesFile), noticesText(componentsOf(filesIn(metafile))));
  cpSync(join(project, 'console', 'page', 'assets'), join(folder, 'assets'), { recursive: true });
};

rmSync(dist, { recursive: true, force: true });
rmSync(assembly, { force: true });
// Most of its time goes into reading the CDK's own assembly: the bundles are made meanwhile.
const compiled = compile(project);
carryZod(join(dist, 'zod'), oldestNode);
for (const entry of functionEntries)
  bundleInto(join(dist, 'functions', entry), functionSource(entry).file);
bundleConsole();
await compiled;
rewriteSpecifiers([join(dist, 'lib'), join(dist, 'lambdas')], join(dist, 'zod'));
console.log(`built dist/: the library, ${functionEntries.length} functions and the command line`);
