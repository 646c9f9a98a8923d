import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeIn } from '../../docs/pages.ts';
import { projectFolder } from '../../e2e/harness/folders.ts';
import { readPackage, run } from './commands.ts';

const writePackage = (folder: string, content: object): void =>
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(content, null, 2)}\n`);

/** Everything of a run, outside the project, so that nothing resolves to its `node_modules`. */
export interface Places {
  readonly tarball: string;
  /** The package's files as npm unpacks them. */
  readonly unpacked: string;
  /** A new app: the package, the CDK and a compiler. */
  readonly fresh: string;
  /** The same with the oldest CDK that the package takes. */
  readonly oldest: string;
  /** The sources of the packages for other languages, a folder for each. */
  readonly sources: string;
  /** The examples, laid out as in the project. */
  readonly workspace: string;
  remove(): void;
}

/** The folders of the examples in TypeScript. */
export const examples = readdirSync(join(projectFolder, 'examples')).filter((name) =>
  existsSync(join(projectFolder, 'examples', name, 'package.json')),
);

const install = (folder: string): Promise<string> =>
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline');

const versionsOf = (...names: readonly string[]): Record<string, string> => {
  const { dependencies = {}, devDependencies = {} } = readPackage(projectFolder);
  return Object.fromEntries(
    names.map((name) => [name, { ...dependencies, ...devDependencies }[name] ?? '']),
  );
};

/** What a reader puts around the parts of programs that the documentation shows. */
const aroundParts = readFileSync(
  join(projectFolder, 'test/fixtures/package/around-parts.txt'),
  'utf8',
);

const wholeProgram = (code: string): string => {
  if (code.startsWith('import ')) return code;
  return aroundParts.replace(
    code.startsWith('providers:') ? '// props' : '// statements',
    () => code,
  );
};

/** The programs that the documentation shows, the parts of one made whole. */
const documentedPrograms = (): string[] =>
  ['README.md', 'docs/library.md', 'docs/consume.md']
    .flatMap((page) => codeIn(join(projectFolder, page), 'ts'))
    .map(wholeProgram);

/** The lowest versions that the package takes from an app: where their ranges begin. */
export const oldestPeers = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(readPackage(projectFolder).peerDependencies ?? {}).map(([name, range]) => [
      name,
      range.replace('^', ''),
    ]),
  );

const prepareFresh = async (
  folder: string,
  tarball: string,
  cdk: Readonly<Record<string, string>>,
): Promise<void> => {
  cpSync(join(projectFolder, 'test/fixtures/package/fresh'), folder, { recursive: true });
  for (const [index, code] of documentedPrograms().entries())
    writeFileSync(join(folder, `documented-${index + 1}.ts`), code);
  writePackage(folder, {
    name: 'fresh-app',
    version: '1.0.0',
    private: true,
    type: 'module',
    dependencies: {
      'generation-archiver': `file:${tarball}`,
      ...cdk,
    },
    devDependencies: versionsOf('aws-cdk', 'typescript', '@types/node'),
  });
  await install(folder);
};

const prepareWorkspace = async (folder: string, tarball: string): Promise<void> => {
  cpSync(join(projectFolder, 'examples'), join(folder, 'examples'), {
    recursive: true,
    filter: (source) => !/node_modules|cdk\.out/.test(source),
  });
  cpSync(join(projectFolder, 'test/fixtures/package'), join(folder, 'test/fixtures/package'), {
    recursive: true,
  });
  for (const name of examples) {
    const example = join(folder, 'examples', name);
    const content = readPackage(example);
    writePackage(example, {
      ...content,
      dependencies: { ...content.dependencies, 'generation-archiver': `file:${tarball}` },
    });
  }
  writePackage(folder, {
    name: 'examples',
    version: '1.0.0',
    private: true,
    type: 'module',
    workspaces: examples.map((name) => `examples/${name}`),
  });
  await install(folder);
};

/** Makes the packages of every language, but for compiling them, from the package of npm. */
const writeSources = (app: string, folder: string): Promise<string> =>
  run(
    join(app, 'node_modules/generation-archiver'),
    process.execPath,
    join(projectFolder, 'node_modules/jsii-pacmak/bin/jsii-pacmak'),
    '--code-only',
    '--no-npmignore',
    '--pack-command',
    'npm pack --ignore-scripts',
    '--outdir',
    folder,
    '.',
  );

/** Packs the project, and installs the package as its users do. */
export const prepare = async (): Promise<Places> => {
  const root = mkdtempSync(join(tmpdir(), 'generation-archiver-package-'));
  const remove = (): void => rmSync(root, { recursive: true, force: true });
  process.once('exit', remove);
  const places = {
    unpacked: join(root, 'unpacked'),
    fresh: join(root, 'fresh'),
    oldest: join(root, 'oldest'),
    workspace: join(root, 'workspace'),
    sources: join(root, 'sources'),
  };
  for (const folder of Object.values(places)) mkdirSync(folder);
  await run(projectFolder, 'npm', 'pack', '--pack-destination', root);
  const tarball = join(root, `generation-archiver-${readPackage(projectFolder).version}.tgz`);
  await run(root, 'tar', '-xzf', tarball, '-C', places.unpacked, '--strip-components', '1');
  await prepareFresh(places.fresh, tarball, versionsOf('aws-cdk-lib', 'constructs'));
  await prepareFresh(places.oldest, tarball, oldestPeers());
  await prepareWorkspace(places.workspace, tarball);
  await writeSources(places.fresh, places.sources);
  return { ...places, tarball, remove };
};
