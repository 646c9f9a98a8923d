import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle, bundling, filesIn, functionAlias } from '../../lib/functions/bundle.ts';
import { bundleInto, functionEntries, functionSource } from '../../lib/functions/function-code.ts';
import { takenOverCode } from '../../lib/functions/licence-texts.ts';
import { componentsOf, noticesFile, noticesText } from '../../lib/functions/notices.ts';
import { temporaryFolder } from './stack.ts';

const notices = readFileSync(noticesFile, 'utf8');

/** The files that each function is made of, as esbuild itself tells: one build for all. */
const filesOfAll = (): Map<string, string[]> => {
  const { metafile } = buildSync({
    ...bundling,
    entryPoints: functionEntries.map((entry) => functionSource(entry).file),
    outdir: 'none',
    write: false,
    target: 'node24',
    alias: { ...functionAlias },
    metafile: true,
  });
  return new Map(
    functionEntries.map((entry) => {
      const outputs = Object.entries(metafile.outputs).filter(([file]) =>
        file.endsWith(`${entry}.js`),
      );
      return [entry, filesIn({ ...metafile, outputs: Object.fromEntries(outputs) })];
    }),
  );
};

/** The name of the package that a file belongs to. */
const packageOf = (file: string): string[] =>
  /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.slice(1) ?? [];

/** What a comment says that its code is not its package's own. */
const takenOver =
  /(extracted|copied|taken|ported|adapted|borrowed|derived|vendored) (from|of)|copyright|@licen[cs]e/i;

/** Comments that say it of something else than code, or of the package itself. */
const otherwise: readonly RegExp[] = [
  // A step of the Fetch standard.
  /other members are copied from body/,
  // A pattern of one line, for dates.
  /Adapted from https:\/\/stackoverflow\.com\/a\/3143231/,
  /^\/\*!\n \* content-disposition\n/,
];

const commentsOf = (file: string): string[] => [
  ...(readFileSync(file, 'utf8').match(/\/\*[\s\S]*?\*\/|\/\/.*$/gm) ?? []),
];

let files: ReadonlyMap<string, readonly string[]>;
beforeAll(() => {
  files = filesOfAll();
}, 120_000);

describe('THIRD_PARTY_NOTICES', () => {
  it.each(functionEntries)('names every package that %s holds code of', (entry) => {
    const packages = [...new Set((files.get(entry) ?? []).flatMap(packageOf))];
    expect(packages.length).toBeGreaterThan(10);
    const lines = new Set(notices.split('\n'));
    expect(packages.filter((name) => !lines.has(name))).toEqual([]);
  });

  it('has the text of every licence', () => {
    const all = componentsOf([...files.values()].flat());
    expect(all.filter(({ text }) => text === undefined)).toEqual([]);
    for (const { name, text } of all) expect(notices, name).toContain(text);
  });

  it('names what packages have taken over from elsewhere', () => {
    const every = [...new Set([...files.values()].flat())].filter((file) =>
      file.includes('node_modules'),
    );
    for (const { within, name, text } of takenOverCode) {
      expect(
        every.some((file) => file.includes(within)),
        `${within} is in a bundle`,
      ).toBe(true);
      expect(notices).toContain(name);
      expect(notices).toContain(text);
    }
    const unnamed = every
      .filter((file) => !takenOverCode.some(({ within }) => file.includes(within)))
      .flatMap((file) =>
        commentsOf(file)
          .filter((comment) => takenOver.test(comment))
          .filter((comment) => !otherwise.some((known) => known.test(comment)))
          .map((comment) => `${file}: ${comment.slice(0, 300)}`),
      );
    expect(unnamed).toEqual([]);
  });
});

/** A file with packages around it. */
const bundleWith = (packages: Readonly<Record<string, Readonly<Record<string, string>>>>) => {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(packages)) {
    for (const [file, text] of Object.entries({ 'index.js': 'export default 1;', ...content })) {
      const path = join(folder, 'node_modules', name, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
  const entry = join(folder, 'entry.js');
  const names = Object.keys(packages);
  writeFileSync(
    entry,
    names
      .map((name, index) => `import v${index} from '${name}'; console.log(v${index});`)
      .join('\n'),
  );
  return bundle(entry, join(folder, 'out.mjs'));
};

describe('the notices of one bundle', () => {
  it('lie beside it', () => {
    const folder = temporaryFolder();
    bundleInto(folder, functionSource('intake').file);
    const own = readFileSync(join(folder, noticesFile), 'utf8');
    expect(own).toContain('\n@aws-sdk/client-sfn\n');
    expect(own).not.toContain('\n@aws-sdk/client-secrets-manager\n');
    expect(own).toContain('\nesbuild\n');
  });

  it('have each text once, under the names that it is for, with what an Apache licence adds to it', () => {
    const components = bundleWith({
      one: { 'package.json': '{"license":"MIT"}', LICENSE: 'do what you want' },
      '@scope/two': { 'package.json': '{"license":"MIT"}', 'licence.md': 'do what you want\n' },
      three: {
        'package.json': '{"license":"Apache-2.0"}',
        'LICENSE.txt': 'as before',
        NOTICE: 'made by three',
      },
      'one/node_modules/four': { 'package.json': '{}', 'license.js': 'no licence' },
    });
    const text = noticesText(components);
    expect(text.match(/do what you want/g)).toHaveLength(1);
    expect(text).toContain('@scope/two\none\n\nMIT\n\ndo what you want');
    expect(text).toContain('three\n\nApache-2.0\n\nas before\n\nmade by three');
  });

  it('say so where a publisher gives none', () => {
    const [component] = bundleWith({ bare: { 'package.json': '[]' } });
    expect(component).toEqual({
      name: 'bare',
      licence: 'Its publisher names no licence.',
      text: undefined,
    });
  });

  it('leave out what is imported and not used', () => {
    const components = bundleWith({
      used: { 'package.json': '{"license":"MIT"}' },
      unused: {
        'package.json': '{"license":"MIT","sideEffects":false}',
        'index.js': 'export const never = 1; export default undefined;',
      },
    });
    expect(components.map(({ name }) => name)).toContain('used');
  });
});
