import { Argument, Command, CommanderError } from 'commander';
import { credentialSchema } from '../../lambdas/contract/generation.ts';
import { exitStatus } from '../../local/command-request.ts';
import { withTriggerOptions } from '../../local/command-triggers.ts';
import { checked, sentence } from '../../local/option-values.ts';
import { explain } from '../aws/explain.ts';
import { completionScript, shells } from './completion.ts';
import { doctor } from './doctor.ts';
import { get, link } from './files.ts';
import { list, type ListOptions } from './list.ts';
import { count, linkLife, span, withFilters, withTarget } from './options.ts';
import { deadLetters, retry } from './retry.ts';
import { send, sendOne, understandSend, type SendOptions } from './send.ts';
import { show } from './show.ts';
import { placeOf, type Act, type Connect, type Target, type Terminal } from './terminal.ts';

/** What the command line is made of. */
export interface Console {
  readonly connect: Connect;
  readonly terminal: Terminal;
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
}

interface Common extends Target {
  readonly json: boolean;
}

const helpText = `
Credentials and region are those of the AWS command line: AWS_PROFILE, AWS_REGION, SSO and so on. docs/operate.md has the
IAM policies for looking and for acting.

Exit status: 0 archived or done, 1 not archived or something is wrong, 2 bad usage, 130 interrupted.`;

const provider = (): Argument =>
  new Argument('<provider>', 'as in the events: gamma, chronicle, …');
const id = (): Argument =>
  new Argument('<id>', "the provider's own id, or the requestId it began with");

/** The command line, and the status that its last command came to. */
const createProgram = (name: string, options: Console) => {
  const { connect, terminal, version, environment } = options;
  let status: number = exitStatus.archived;
  const program = new Command(name)
    .description('Operates a deployed Generation Archiver with your own AWS credentials.')
    .version(version)
    .addHelpText('after', helpText)
    .showHelpAfterError('(--help tells more)')
    .exitOverride();

  const run = async (target: Target, act: Act): Promise<void> => {
    try {
      status = await act(await connect(target), terminal);
    } catch (error) {
      if (error instanceof CommanderError) throw error;
      if (terminal.stop.aborted) {
        status = exitStatus.interrupted;
        return;
      }
      const told = explain(error, placeOf(target, environment));
      if (told === undefined) throw error;
      terminal.errors.write(`error: ${told}\n`);
      status = exitStatus.notArchived;
    }
  };
  const command = (nameOfIt: string, description: string): Command =>
    withTarget(program.command(nameOfIt).description(description));

  const sending = withTriggerOptions(
    command('send', 'follows generations that run, or starts one and follows it')
      .addArgument(provider())
      .argument('[generationId...]', "the provider's own ids"),
  )
    .option('--wait', 'stay until it ends, and show how it goes', false)
    .option('--out <folder>', 'with --wait: fetch the files into this folder');
  sending.action((whose: string, ids: string[], own: SendOptions & Common) => {
    const wanted = understandSend(sending, whose, ids, own);
    return run(own, ({ backend }) => send(wanted, own, backend, terminal));
  });

  command('reply', 'answers the question of a provider')
    .addArgument(provider())
    .argument('<generationId>')
    .argument('<answer>', '', sentence)
    .option('--question-id <id>', 'of "Generation Awaiting Input": it answers no other question')
    .option('--credential <name>', 'which API key', checked(credentialSchema), 'default')
    .action(
      (
        whose: string,
        generationId: string,
        content: string,
        own: Common & { questionId?: string; credential: string },
      ) => {
        const { questionId, credential, json } = own;
        const detail = {
          provider: whose,
          generationId,
          content,
          credential,
          ...(questionId === undefined ? {} : { questionId }),
        };
        return run(own, ({ backend }) =>
          sendOne(backend, 'Generation Reply', detail, json, terminal),
        );
      },
    );

  command('cancel', 'ends the following of a generation; its provider goes on')
    .addArgument(provider())
    .argument('[generationId]')
    .option('--request-id <id>', 'of the request that it began with')
    .action(
      (whose: string, generationId: string | undefined, own: Common & { requestId?: string }) => {
        const { requestId, json } = own;
        const detail = {
          provider: whose,
          ...(generationId === undefined ? {} : { generationId }),
          ...(requestId === undefined ? {} : { requestId }),
        };
        return run(own, ({ backend }) =>
          sendOne(backend, 'Generation Cancel', detail, json, terminal),
        );
      },
    );

  withFilters(command('list', 'lists generations, newest first'))
    .option('--limit <count>', 'so many at most', count, 50)
    .option(
      '--details <count>',
      'read the details of so many at most: one request to AWS each',
      count,
      1000,
    )
    .action((own: ListOptions & Common) => run(own, ({ backend }) => list(backend, own, terminal)));

  command('show', "tells one generation's story")
    .addArgument(provider())
    .addArgument(id())
    .action((whose: string, about: string, own: Common) =>
      run(own, ({ backend }) => show(backend, { provider: whose, id: about }, own.json, terminal)),
    );

  command('get', 'downloads what is archived, and compares it with the manifest')
    .addArgument(provider())
    .addArgument(id())
    .option('--out <folder>', 'where the files go', 'artifacts')
    .action((whose: string, about: string, own: Common & { out: string }) =>
      run(own, ({ backend }) => get(backend, { provider: whose, id: about }, own, terminal)),
    );

  command('link', 'prints links to what is archived: whoever has one can open it')
    .addArgument(provider())
    .addArgument(id())
    .option('--for <span>', 'how long it opens: 30m, 1h, 7d', linkLife, 3600)
    .option('--format <format>', 'of one format: pdf, pptx, zip, json')
    .action((whose: string, about: string, own: Common & { for: number; format?: string }) =>
      run(own, ({ backend }) => link(backend, { provider: whose, id: about }, own, terminal)),
    );

  const retrying = command('retry', 'sends a generation again, or all that failed')
    .argument('[provider]')
    .argument('[id]')
    .option('--failed', 'all that ended badly; needs --since', false)
    .option('--since <span>', 'that began in the last 30m, 2h, 7d …', span)
    .option('--yes', 'send without asking', false);
  retrying.action(
    (
      whose: string | undefined,
      about: string | undefined,
      own: Common & { failed: boolean; since?: number; yes: boolean },
    ) => {
      const { failed, since } = own;
      if (failed && since !== undefined && about === undefined) {
        const which = {
          since: terminal.now() - since * 1000,
          ...(whose === undefined ? {} : { provider: whose }),
        };
        return run(own, ({ backend }) => retry(backend, which, own, terminal));
      }
      if (failed || since !== undefined || whose === undefined || about === undefined)
        return retrying.error('error: name a provider and an id, or say --failed --since 6h');
      return run(own, ({ backend }) =>
        retry(backend, { provider: whose, id: about }, own, terminal),
      );
    },
  );

  command('dead-letters', 'lists what could not be handled, in words')
    .option('--send', 'send it again, and delete what is taken', false)
    .option('--yes', 'send without asking', false)
    .action((own: Common & { send: boolean; yes: boolean }) =>
      run(own, ({ backend }) => deadLetters(backend, own, terminal)),
    );

  command('doctor', 'looks at the deployed stack, and says what to mend').action((own: Common) =>
    run(own, (connection) => doctor(connection.doctor(), own.json, terminal)),
  );

  command('page', 'serves a page to look at, on this machine alone')
    .option('--port <number>', 'default: a free one', count, 0)
    .action((own: Common & { port: number }) =>
      run(own, async (connection, terminal) => {
        const { page } = await import('./page.ts');
        return page(own.port, own, environment)(connection, terminal);
      }),
    );

  program
    .command('completion')
    .description('prints what teaches your shell the commands')
    .addArgument(new Argument('<shell>').choices(shells))
    .action((shell: (typeof shells)[number]) => {
      terminal.output.write(`${completionScript(program, shell)}\n`);
    });
  // What the whole program says about errors and exits holds for each of its commands.
  for (const one of program.commands) one.copyInheritedSettings(program);
  return { program, status: () => status };
};

/**
 * Runs a command line. Wrong usage is explained on standard error.
 *
 * @param args what follows the command's own name
 * @returns the exit status
 */
export const runConsole = async (
  args: readonly string[],
  options: Console,
  name = 'generation-archiver',
): Promise<number> => {
  const { output, errors } = options.terminal;
  const { program, status } = createProgram(name, options);
  for (const one of [program, ...program.commands])
    one.configureOutput({
      writeOut: (text) => void output.write(text),
      writeErr: (text) => void errors.write(text),
    });
  try {
    await program.parseAsync(args, { from: 'user' });
    return status();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitStatus.archived : exitStatus.badUsage;
  }
};
