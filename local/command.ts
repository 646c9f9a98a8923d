import { Command, CommanderError, Option } from 'commander';
import { withoutApiKeys } from '../lambdas/contract/api-key.ts';
import { providerNames } from '../lambdas/providers/registry.ts';
import { helpText } from './command-help.ts';
import { exitStatus, understand } from './command-request.ts';
import type { Request } from './command-request.ts';
import { withTriggerOptions } from './command-triggers.ts';
import type { Environment } from './environment-keys.ts';
import { webAddress } from './option-values.ts';
import { cutMiddle, plain } from './terminal-text.ts';

export { exitStatus } from './command-request.ts';
export type { Request } from './command-request.ts';

const usage = '[provider] [generationId...] [options]';

/** Longest line about a mistake, in columns: what was typed may be of any length. */
const longestMistake = 300;

/** A mistake in one line, whatever was typed, and a hint in another. */
const usageErrorText = (text: string): string =>
  `${cutMiddle(withoutApiKeys(plain(text)), longestMistake)}\nUsage: npm start -- ${usage}; npm start -- --help explains\n`;

const createProgram = (): Command =>
  withTriggerOptions(
    new Command('npm start --')
      .usage(usage)
      .description(
        'Starts generations or takes over running ones, follows them until they are done and saves what they export.',
      )
      .argument('[provider]', providerNames.join(', '))
      .argument('[generationId...]', "the provider's own ids; several are followed side by side"),
  )
    .option('--out <folder>', 'where files and events.jsonl go', 'artifacts')
    .option('--base-url <url>', "another address of the provider's API", webAddress)
    .option('--json', 'print result events as JSON lines, nothing else', false)
    .option('--page', 'show it in a page as well, and stay until Ctrl-C')
    .addOption(
      new Option(
        '--allow-insecure',
        'let http: and private addresses through, for local tests',
      ).default(false),
    )
    .addHelpText('after', helpText)
    .configureOutput({ outputError: (text, write) => write(usageErrorText(text)) })
    .exitOverride();

/**
 * Understands the command line. Wrong usage is explained on standard error: a line that says what
 * is wrong, and one that says where to read on.
 *
 * @param args what follows the command's own name
 */
export const parseCommand = (args: readonly string[], environment: Environment): Request => {
  const program = createProgram();
  try {
    return understand(program.parse(args, { from: 'user' }), environment);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'exit', code: error.exitCode === 0 ? exitStatus.archived : exitStatus.badUsage };
  }
};
