import { createInterface } from 'node:readline/promises';
import type { Terminal } from './terminal.ts';

/**
 * Asks before something is sent; where the question cannot be asked, the answer is no.
 *
 * @throws where the user has had enough
 */
export const confirmed = async (
  question: string,
  yes: boolean,
  { input, errors, stop, interrupt }: Terminal,
): Promise<boolean> => {
  if (yes) return true;
  if (!input.isTTY) {
    errors.write('nothing was sent: nobody can be asked here, so say --yes\n');
    return false;
  }
  const prompt = createInterface({ input, output: errors }).on('SIGINT', interrupt);
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `, { signal: stop })).trim());
  } catch (error) {
    errors.write('\n');
    if (stop.aborted) throw error;
    // The end of the input.
    return false;
  } finally {
    prompt.close();
  }
};
