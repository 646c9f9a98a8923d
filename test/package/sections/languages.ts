import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectFolder } from '../../e2e/harness/folders.ts';
import { run, runInstalled, runWith } from '../harness/commands.ts';
import { documentedLines } from '../harness/documented-lines.ts';
import { oldestPeers } from '../harness/places.ts';
import { reasonToSkip, type Language } from '../harness/tool-chains.ts';
import type { World } from '../harness/world.ts';
import { installPython, python, tryPythonApp } from './python-app.ts';

/** Longest that a test may take, in milliseconds: a compiler with empty caches on a busy machine. */
const patience = 600_000;

const templateIn = (output: string): unknown =>
  JSON.parse(readFileSync(join(output, 'Decks.template.json'), 'utf8'));

/** The packages for other languages, and apps that are made with them. */
export const languages = (world: () => World): void => {
  const folderOf = (name: string): string => join(dirname(world().fresh), name);
  const sourcesOf = (language: string): string => join(world().sources, language);

  /** Copies an example out of the project. */
  const takeOut = (language: Language): string => {
    const name = language.toLowerCase();
    cpSync(join(projectFolder, 'examples', name), folderOf(name), { recursive: true });
    return folderOf(name);
  };

  /** The template that an app makes. */
  const synthesise = async (name: string, folder: string, ...command: readonly string[]) => {
    const output = folderOf(`cdk.out.${name}`);
    const [program = '', ...args] = command;
    await runWith({ CDK_OUTDIR: output }, folder, program, ...args);
    return templateIn(output);
  };

  describe('the packages for other languages', () => {
    it.each(['python', 'java', 'dotnet', 'go'])(
      'the one for %s has the JSON Schemas of the events in it',
      async (language) => {
        const found = readdirSync(sourcesOf(language), { recursive: true, encoding: 'utf8' }).find(
          (name) => name.endsWith('.tgz'),
        );
        const folder = folderOf(`schemas-${language}`);
        mkdirSync(folder);
        const archive = join(sourcesOf(language), found ?? '');
        await run(folder, 'tar', '-xzf', archive, 'package/docs/events');
        for (const name of readdirSync(join(projectFolder, 'docs/events')))
          expect(readFileSync(join(folder, 'package/docs/events', name), 'utf8')).toBe(
            readFileSync(join(projectFolder, 'docs/events', name), 'utf8'),
          );
      },
    );
  });

  describe.concurrent('apps in other languages', () => {
    let newest: unknown;
    let oldest: unknown;

    beforeAll(async () => {
      const { fresh, oldest: old } = world();
      for (const folder of [fresh, old]) await runInstalled(folder, 'typescript/bin/tsc');
      newest = await synthesise('typescript', fresh, process.execPath, 'decks.js');
      oldest = await synthesise('oldest', old, process.execPath, 'decks.js');
    }, patience);

    it(
      'the one in Python makes the template of TypeScript, is deployed, and archives a generation',
      async ({ skip }) => {
        const reason = reasonToSkip('Python');
        skip(reason !== undefined, reason);
        const app = takeOut('Python');
        await installPython(app, sourcesOf('python'), folderOf('wheels'));
        const program = join(app, python);
        expect(await synthesise('python', app, program, 'app.py')).toEqual(newest);
        await tryPythonApp(world(), app);
      },
      patience,
    );

    it(
      'the one in Java makes the template of TypeScript, with the oldest CDK that the package takes',
      async ({ skip }) => {
        const reason = reasonToSkip('Java');
        skip(reason !== undefined, reason);
        const app = takeOut('Java');
        // Beside the checkout's other tools, so that nobody's own repository gets this package.
        const repository = `-Dmaven.repo.local=${join(projectFolder, '.cache/maven')}`;
        const maven = ['mvn', '--batch-mode', '--quiet', repository] as const;
        const without = ['-Dmaven.javadoc.skip=true', '-Dmaven.source.skip=true'];
        await run(sourcesOf('java'), ...maven, ...without, 'install');
        const cdk = `-Dcdk.version=${oldestPeers()['aws-cdk-lib']}`;
        expect(await synthesise('java', app, ...maven, cdk, 'compile', 'exec:java')).toEqual(
          oldest,
        );
      },
      patience,
    );

    it(
      'the one in Go makes the template of TypeScript, and has types of the events',
      async ({ skip }) => {
        const reason = reasonToSkip('Go');
        skip(reason !== undefined, reason);
        const app = takeOut('Go');
        const replaced = 'repository.invalid/generation-archiver-go/generationarchiver';
        const made = join(sourcesOf('go'), 'generationarchiver');
        await run(app, 'go', 'mod', 'edit', '-replace', `${replaced}=${made}`);
        // It need not run fast: without optimisation, compiling the CDK takes half the time.
        const quick = ['-mod=mod', '-gcflags=all=-N -l', '-ldflags=-w -s'];
        expect(await synthesise('go', app, 'go', 'run', ...quick, '.')).toEqual(newest);

        await run(app, 'sh', '-e', '-c', documentedLines('go-jsonschema'));
        await run(app, 'go', 'vet', './events');
      },
      patience,
    );
  });
};
