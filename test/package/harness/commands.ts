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
import { z } from 'zod';
import { codeIn } from '../../docs/pages.ts';
import { projectFolder, runFolder } from '../../e2e/harness/folders.ts';
import { runCommand } from '../../e2e/harness/run-command.ts';

/** npm and the like find their registries and caches by the variables of whoever runs the tests. */
const environment = Object.fromEntries(
  Object.entries({
    ...process.env,
    // jsii says on every run that Node.js 20 is no longer maintained.
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
  }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);

/** Runs a command in a folder, as its user would, with variables of its own. */
export const runWith = (
  variables: Readonly<Record<string, string>>,
  cwd: string,
  command: string,
  ...args: readonly string[]
): Promise<string> =>
  runCommand(command, args, {
    cwd,
    env: { ...environment, ...variables },
    logFile: join(runFolder, 'commands.log'),
  });

/** Runs a command in a folder, as its user would. */
export const run = (cwd: string, command: string, ...args: readonly string[]): Promise<string> =>
  runWith({}, cwd, command, ...args);

/** Runs a program that is installed in a folder. */
export const runInstalled = (
  cwd: string,
  program: string,
  ...args: readonly string[]
): Promise<string> => run(cwd, process.execPath, join(cwd, 'node_modules', program), ...args);

const packageSchema = z.looseObject({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
  peerDependencies: z.record(z.string(), z.string()).optional(),
});

/** A folder's `package.json`. */
export const readPackage = (folder: string): z.infer<typeof packageSchema> =>
  packageSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));

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
  ['README.md', 'docs/library.md']
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
