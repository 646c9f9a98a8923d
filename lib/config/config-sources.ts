import { existsSync, readFileSync } from 'node:fs';
import { ConfigurationError } from './config-problems.ts';
import { contextKey } from './config.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parse = (text: string, whose: string, remedy: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable';
    throw new ConfigurationError([{ path: whose, message: `is not JSON (${reason}): ${remedy}` }]);
  }
};

const fromFile = (file: string): unknown => {
  if (!existsSync(file)) return undefined;
  const content = parse(readFileSync(file, 'utf8'), file, 'correct the file');
  return isObject(content) && isObject(content['context'])
    ? content['context'][contextKey]
    : undefined;
};

/**
 * The configuration as the user wrote it: the object in `cdk.json`, and over it, top-level key by
 * key, the object that `-c generationArchiver='{…}'` gave on the command line.
 *
 * The CDK command line passes `-c` values on as text and lets one replace the whole value of
 * `cdk.json`, which is then not to be had from the context any more. So a text means "from the
 * command line", and the object under it is read from the file.
 *
 * @param context what the CDK context holds under {@link contextKey}
 * @param file path of `cdk.json`
 * @throws ConfigurationError where either is not JSON
 */
export const configurationFrom = (context: unknown, file: string): unknown => {
  if (typeof context !== 'string') return context ?? fromFile(file);
  const onTop = parse(
    context,
    `-c ${contextKey}`,
    `pass an object, for example -c ${contextKey}='{"keyPrefix":"decks/"}'`,
  );
  const base = fromFile(file);
  return isObject(onTop) && isObject(base) ? { ...base, ...onTop } : onTop;
};
