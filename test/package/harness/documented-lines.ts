import { join } from 'node:path';
import { codeIn } from '../../docs/pages.ts';
import { projectFolder } from '../../e2e/harness/folders.ts';

/**
 * The lines of the page about the library that make types from the schemas.
 *
 * @param generator the program that does it, which tells the lines of one language from another's
 */
export const documentedLines = (generator: string): string => {
  const found = codeIn(join(projectFolder, 'docs/library.md'), 'sh').find((code) =>
    code.includes(generator),
  );
  if (found === undefined) throw new Error(`docs/library.md does not show ${generator}`);
  return found;
};
