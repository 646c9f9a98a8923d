import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeIn } from '../../docs/pages.ts';
import { onePdf } from '../../e2e/harness/decks.ts';
import { projectFolder } from '../../e2e/harness/folders.ts';
import { readObject } from '../../e2e/harness/observe.ts';
import { oldestPeers, run, runInstalled, runWith } from '../harness/commands.ts';
import { nextMessage } from '../harness/mailbox.ts';
import { reasonToSkip, type Language } from '../harness/tool-chains.ts';
import type { World } from '../harness/world.ts';

/** Longest that a test may take, in milliseconds: a compiler with empty caches on a busy machine. */
const patience = 600_000;

const templateIn = (output: string): unknown =>
  JSON.parse(readFileSync(join(output, 'Decks.template.json'), 'utf8'));

/** The lines of a page that make types from the schemas: those that name the generator. */
const documentedLines = (generator: string): string => {
  const found = codeIn(join(projectFolder, 'docs/library.md'), 'sh').find((code) =>
    code.includes(generator),
  );
  if (found === undefined) throw new Error(`docs/library.md does not show ${generator}`);
  return found;
};

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
        cpSync(join(projectFolder, 'test/fixtures/package/decks.py'), join(app, 'decks.py'));
        const bin = join(app, '.venv/bin');
        await run(app, 'python3', '-m', 'venv', '.venv');
        const pip = [
          join(bin, 'pip'),
          'install',
          '--quiet',
          '--disable-pip-version-check',
        ] as const;
        const requirements = ['-r', 'requirements.txt', '--find-links', folderOf('wheels')];
        await run(
          app,
          join(bin, 'pip'),
          'wheel',
          '--quiet',
          '--no-deps',
          '--wheel-dir',
          folderOf('wheels'),
          sourcesOf('python'),
        );
        await run(app, ...pip, ...requirements);
        expect(await synthesise('python', app, join(bin, 'python'), 'app.py')).toEqual(newest);
        expect(await run(app, join(bin, 'generation-archiver'), '--version')).toMatch(/^\d+\.\d+/m);

        const { aws, simulator } = world();
        const output = await world().deploy(
          world().fresh,
          `${join(bin, 'python')} ${join(app, 'decks.py')}`,
          'Decks',
          {
            allowInsecureSources: true,
            providers: {
              gamma: {
                baseUrl: simulator.baseUrl('gamma'),
                firstCheckSeconds: 1,
                checkIntervalSeconds: 1,
              },
            },
          },
        );
        const { generationId, files } = simulator.add({
          provider: 'gamma',
          script: [{ says: 'completed' }],
          files: onePdf(),
        });
        await world().send(output('EventBusName'), { provider: 'gamma', generationId });
        const message = await nextMessage(aws, output('ArchivedUrl'));
        const key = `gamma/${generationId}/presentation.pdf`;
        const { sha256 } = await readObject(aws, output('BucketName'), key);
        expect(sha256).toBe(files[0]?.sha256);

        writeFileSync(join(app, 'event.json'), message);
        await runWith(
          { PATH: `${bin}:${process.env['PATH']}` },
          app,
          'sh',
          '-e',
          '-c',
          documentedLines('datamodel-codegen'),
        );
        const program =
          'import json, archived; event = json.load(open("event.json"));' +
          'print(archived.GenerationArchived.model_validate(event["detail"]).artifacts[0].uri)';
        expect(await run(app, join(bin, 'python'), '-c', program)).toContain(key);
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
