/**
 * `npm run build`: compiles the construct library, and bundles the functions and the command line
 * into `dist/`, as the published package has them.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { bundling, filesIn } from '../lib/functions/bundle.ts';
import { bundleInto, functionEntries, functionSource } from '../lib/functions/function-code.ts';
import { componentsOf, noticesFile, noticesText } from '../lib/functions/notices.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const dist = join(project, 'dist');

const compile = (): void => {
  const program = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin',
    'tsc',
  );
  const { status } = spawnSync(process.execPath, [program, '--project', 'tsconfig.build.json'], {
    cwd: project,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`the compiler ended with ${String(status)}`);
};

/**
 * The compiler rewrites `./file.ts` in what it emits as JavaScript, and leaves it in declarations,
 * where no such file lies.
 */
const rewriteDeclarations = (): void => {
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.d.ts'),
  )) {
    const file = join(dist, name);
    // As long as before, so that the declaration maps stay true.
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replaceAll(/(["']\.{1,2}\/[^"'\n]*)\.ts(["'])/g, '$1.js$2'),
    );
  }
};

/** The oldest Node.js that people may have (`engines` in package.json). */
const oldestNode = 'node20.19';

/**
 * The command line with everything that it needs, so that users of the construct install none of
 * it; and beside it the files of its page.
 */
const bundleConsole = (): void => {
  const folder = join(dist, 'console');
  const { metafile } = buildSync({
    ...bundling,
    entryPoints: [join(project, 'bin', 'stack.ts')],
    outfile: join(folder, 'stack.mjs'),
    target: oldestNode,
    banner: { js: `#!/usr/bin/env node\n${bundling.banner.js}` },
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(join(folder, noticesFile), noticesText(componentsOf(filesIn(metafile))));
  cpSync(join(project, 'console', 'page', 'assets'), join(folder, 'assets'), { recursive: true });
};

rmSync(dist, { recursive: true, force: true });
compile();
rewriteDeclarations();
for (const entry of functionEntries)
  bundleInto(join(dist, 'functions', entry), functionSource(entry).file);
bundleConsole();
console.log(`built dist/: the library, ${functionEntries.length} functions and the command line`);
