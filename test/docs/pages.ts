import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const pagesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

/** Every page for users and contributors; decision records tell what was, not what to do. */
export const pages: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CODE_OF_CONDUCT.md',
  ...pagesIn('docs'),
  ...readdirSync('examples').map((name) => join('examples', name, 'README.md')),
];

/** A page's text. */
export const textOf = (page: string): string => readFileSync(page, 'utf8');

/** A fenced block. */
export interface Block {
  /** Empty where it names none. */
  readonly language: string;
  readonly code: string;
}

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** The fenced blocks of a page. */
export const blocksIn = (text: string): Block[] =>
  [...text.matchAll(fence)].map(([, language = '', code = '']) => ({ language, code }));

/** The blocks of a page in one language. */
export const codeIn = (page: string, ...languages: readonly string[]): string[] =>
  blocksIn(textOf(page)).flatMap(({ language, code }) =>
    languages.includes(language) ? [code] : [],
  );

const shells = ['sh', 'shell', 'bash'];

/** What code in a sentence begins with that is a command. */
const isCommand = (code: string): boolean => /^(?:npm|npx|cdk|aws|git|curl|rclone) /.test(code);

/**
 * The commands of a page, in blocks and in sentences: without comments, each of those that follow
 * each other by itself.
 */
export const commandsIn = (text: string): string[] => {
  const lines = blocksIn(text).flatMap(({ language, code }) =>
    shells.includes(language) ? code.split('\n') : [],
  );
  const inSentences = [...text.replaceAll(fence, '').matchAll(/`([^`\n]+)`/g)]
    .map(([, code = '']) => code)
    .filter(isCommand);
  return [...lines, ...inSentences]
    .flatMap((line) => line.replace(/\s+#.*$/, '').split(' && '))
    .map((command) => command.trim())
    .filter((command) => command !== '' && !command.startsWith('cd '));
};

/** JSON files that a page shows: their name in the sentence before the block, and their text. */
const filesShownIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/`([\w-]+\.json)`[^`\n]*(?:`[^`\n]*`)?:\n+```json\n([\s\S]*?)^```$/gm)].map(
      ([, name = '', code = '']) => [name, code],
    ),
  );

/** The entries that a page's `aws events put-events` commands send, from the files that it shows. */
export const entriesIn = (text: string): Readonly<Record<string, string>>[] =>
  commandsIn(text).flatMap((command) => {
    const [, name] = /^aws events put-events --entries file:\/\/(\S+)$/.exec(command) ?? [];
    if (name === undefined) return [];
    const shown = filesShownIn(text).get(name);
    if (shown === undefined) throw new Error(`${name} is sent and not shown`);
    return JSON.parse(shown) as Record<string, string>[];
  });
