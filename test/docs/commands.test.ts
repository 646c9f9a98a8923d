import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { secretName } from '../../lambdas/contract/environment.ts';
import { providerNames } from '../../lambdas/providers/registry.ts';
import { blocksIn, commandsIn, pages, textOf } from './pages.ts';

const commandSchema = z.union([
  /** A text of the file that runs it, or does what it does. */
  z.strictObject({ runBy: z.string(), with: z.string().min(4), but: z.string().optional() }),
  /** Why nothing runs it. */
  z.strictObject({ notRun: z.string().min(20) }),
]);

const known = z
  .record(z.string(), commandSchema)
  .parse(JSON.parse(readFileSync(new URL('commands.json', import.meta.url), 'utf8')));

/** Whatever they send, one test sends all of them. */
const named = (command: string): string => /^aws events put-events\b/.exec(command)?.[0] ?? command;

const documented = new Map(
  pages.flatMap((page) =>
    commandsIn(textOf(page)).map((command) => [named(command), page] as const),
  ),
);

const scriptSchema = z.looseObject({ scripts: z.record(z.string(), z.string()) });

const scriptsOf = (file: string): string[] =>
  existsSync(file)
    ? Object.keys(scriptSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).scripts)
    : [];

/** Of the project, and of the example that the page is about. */
const scriptsFor = (page: string): string[] => [
  ...scriptsOf('package.json'),
  ...scriptsOf(join(dirname(page), 'package.json')),
];

/** Where the formatter breaks a line says nothing about what is run. */
const withoutSpace = (text: string): string => text.replaceAll(/\s+/g, '');

describe('the commands of the documentation', () => {
  it('are found in blocks and in sentences', () => {
    const text = [
      'Run `npm test`, see `lib/`.',
      '```sh',
      'npm ci && npm start   # both',
      '```',
      '',
    ].join('\n');
    expect(commandsIn(text)).toEqual(['npm ci', 'npm start', 'npm test']);
    expect(documented.size).toBeGreaterThan(30);
  });

  it('are in no block that names no language, where nobody would look for them', () => {
    for (const page of pages)
      expect(
        blocksIn(textOf(page)).filter(({ language }) => language === ''),
        page,
      ).toEqual([]);
  });

  it('are all in commands.json, with what runs them or why nothing does, and no other is', () => {
    expect([...documented.keys()].toSorted()).toEqual(Object.keys(known).toSorted());
  });

  it.each(Object.entries(known))('are run by what is said to run them: %s', (_, command) => {
    if ('notRun' in command) return;
    expect(command.runBy).toMatch(/^(?:test\/|\.ci\/run$)/);
    expect(withoutSpace(readFileSync(command.runBy, 'utf8'))).toContain(withoutSpace(command.with));
  });

  it('name scripts that there are', () => {
    for (const page of pages) {
      const scripts = scriptsFor(page);
      for (const command of commandsIn(textOf(page))) {
        const [, run, short] =
          /(?:^| )npm (?:run ([\w:-]+)|(?:--silent )?(test|start)\b)/.exec(command) ?? [];
        const script = run ?? short;
        if (script !== undefined) expect(scripts, `${page}: ${command}`).toContain(script);
      }
    }
  });

  it('store API keys under the names that the functions read', () => {
    const names = [...documented.keys()].flatMap(
      (command) => /^aws secretsmanager create-secret --name (\S+) /.exec(command)?.[1] ?? [],
    );
    const readable = [...providerNames, 'acme'].map((provider) =>
      secretName('generation-archiver', provider, 'default'),
    );
    expect(names.length).toBeGreaterThan(1);
    // An example has a secret of its own beside them, which the archiver does not read.
    const keys = names.filter((name) => name !== 'webhook-out/token');
    for (const name of keys) expect(readable).toContain(name);
  });

  it('tell their usage: npm start -- --help', { timeout: 60_000 }, () => {
    const { status, stdout } = spawnSync('npm', ['start', '--silent', '--', '--help'], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: npm start --');
  });
});
