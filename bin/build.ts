/**
 * `npm run build`: compiles the construct library and bundles the functions into `dist/`, as the
 * published package has them.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleInto, functionEntries, functionSource } from '../lib/functions/function-code.ts';

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

rmSync(dist, { recursive: true, force: true });
compile();
rewriteDeclarations();
for (const entry of functionEntries)
  bundleInto(join(dist, 'functions', entry), functionSource(entry).file);
console.log(`built dist/: the library and ${functionEntries.length} functions`);
