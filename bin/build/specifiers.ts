import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * The compiler rewrites `./file.ts` in what it emits as JavaScript, and leaves it in declarations,
 * where no such file lies. The text stays as long as before, so that the declaration maps stay true.
 */
const withoutSources = (text: string): string =>
  text.replaceAll(/(["']\.{1,2}\/[^"'\n]*)\.ts(["'])/g, '$1.js$2');

/** `zod` and `zod/v4/core`, where something is imported from them. */
const ofZod = /(\bfrom |\bimport\()(["'])zod(\/[\w/]+)?\2/g;

/**
 * Makes what the compiler emitted refer to what lies in the package: to JavaScript in place of
 * TypeScript, and to our own copy of zod in place of an installed one.
 *
 * @param folders of what the compiler emitted
 * @param zod folder of the copy
 */
export const rewriteSpecifiers = (folders: readonly string[], zod: string): void => {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  for (const file of files.filter((name) => /\.(js|d\.ts)$/.test(name))) {
    const text = readFileSync(file, 'utf8');
    const copy = relative(dirname(file), zod).replaceAll('\\', '/');
    const linked = text.replaceAll(
      ofZod,
      (_, before: string, quote: string, part = '') =>
        `${before}${quote}${copy}${String(part)}/index.js${quote}`,
    );
    writeFileSync(file, file.endsWith('.d.ts') ? withoutSources(linked) : linked);
  }
};
