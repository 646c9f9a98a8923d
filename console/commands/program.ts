import { Argument, Command, CommanderError } from 'commander';
import { exitStatus } from '../../local/command-request.ts';
import { failing } from '../../local/command-triggers.ts';
import { plain } from '../../local/terminal-text.ts';
import { explain } from '../aws/explain.ts';
import { addCommands } from './commands.ts';
import { completionScript, shells } from './completion.ts';
import { withTarget } from './options.ts';
import type { Act, Common, Connect, Target, Terminal, Understand } from './terminal.ts';

/** What the command line is made of. */
export interface Console {
  readonly connect: Connect;
  readonly terminal: Terminal;
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
}

const helpText = `
Credentials and region are those of the AWS command line: AWS_PROFILE, AWS_REGION, SSO and so on. docs/operate.md has the
IAM policies for looking and for acting.

Exit status: 0 archived or done, 1 not archived or something is wrong, 2 bad usage, 130 interrupted.`;

/** Arguments and options of a command that was parsed, by their names. */
const ownOf = (command: Command): object => ({
  ...command.opts(),
  ...Object.fromEntries(
    command.registeredArguments.map((one, index) => [one.name(), command.processedArgs[index]]),
  ),
});

/** Where requests go, as far as it is known before anything is found. */
const placeOf = ({ stack, region, profile }: Target, environment: NodeJS.ProcessEnv) => ({
  stackName: stack,
  profile: profile ?? environment['AWS_PROFILE'],
  region:
    region ??
    environment['AWS_REGION'] ??
    environment['AWS_DEFAULT_REGION'] ??
    'the region of your profile',
});

/** Does what a command stands for. @returns the exit status */
const run = async (act: Act, target: Target, options: Console): Promise<number> => {
  const { connect, terminal, environment } = options;
  try {
    return await act(await connect(target), terminal);
  } catch (error) {
    if (terminal.stop.aborted) return exitStatus.interrupted;
    const told = explain(error, placeOf(target, environment));
    if (told === undefined) throw error;
    terminal.errors.write(`error: ${plain(told)}\n`);
    return exitStatus.notArchived;
  }
};

/**
 * Runs a command line. Wrong usage is explained on standard error.
 *
 * @param args what follows the command's own name
 * @returns the exit status
 */
export const runConsole = async (args: readonly string[], options: Console): Promise<number> => {
  const { output, errors } = options.terminal;
  let status: number = exitStatus.archived;
  const program = new Command('generation-archiver')
    .description('Operates a deployed Generation Archiver with your own AWS credentials.')
    .version(options.version)
    .addHelpText('after', helpText)
    .showHelpAfterError('(--help tells more)')
    .configureOutput({
      writeOut: (text) => void output.write(text),
      writeErr: (text) => void errors.write(text),
    })
    .exitOverride();

  addCommands(<Own>(name: string, description: string, understand: Understand<Own>) => {
    const command = withTarget(program.command(name).description(description));
    return command.action(async () => {
      const own = ownOf(command) as Own & Common;
      status = await run(understand(own, failing(command)), own, options);
    });
  });
  program
    .command('completion')
    .description('prints what teaches your shell the commands')
    .addArgument(new Argument('<shell>').choices(shells))
    .action((shell: (typeof shells)[number]) => {
      output.write(`${completionScript(program, shell)}\n`);
    });

  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitStatus.archived : exitStatus.badUsage;
  }
};
