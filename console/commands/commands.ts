import { Argument, type Command } from 'commander';
import { credentialSchema } from '../../lambdas/contract/generation.ts';
import { withTriggerOptions } from '../../local/command-triggers.ts';
import { checked, sentence } from '../../local/option-values.ts';
import { deadLetters } from './dead-letters.ts';
import { doctor } from './doctor.ts';
import { get, link } from './files.ts';
import { list } from './list.ts';
import { count, linkLife, port, withFilters, withSince } from './options.ts';
import { page } from './page.ts';
import { retry } from './retry.ts';
import { cancel, reply, send } from './send.ts';
import { show } from './show.ts';
import type { Understand } from './terminal.ts';

/** Adds a command that takes what every command takes; its arguments and options are added to it. */
type AddCommand = <Own>(name: string, description: string, understand: Understand<Own>) => Command;

const provider = (): Argument =>
  new Argument('<provider>', 'as in the events: gamma, chronicle, …');
const id = (): Argument =>
  new Argument('<id>', "the provider's own id, or the requestId it began with");

/** Every command that is about a deployed archiver, in the order of the help. */
export const addCommands = (add: AddCommand): void => {
  withTriggerOptions(
    add('send', 'follows generations that run, or starts one and follows it', send)
      .addArgument(provider())
      .argument('[generationId...]', "the provider's own ids"),
  )
    .option('--wait', 'stay until it ends, and show how it goes', false)
    .option('--out <folder>', 'with --wait: fetch the files into this folder');

  add('reply', 'answers the question of a provider', reply)
    .addArgument(provider())
    .argument('<generationId>')
    .argument('<answer>', '', sentence)
    .option('--question-id <id>', 'of "Generation Awaiting Input": it answers no other question')
    .option('--credential <name>', 'which API key', checked(credentialSchema), 'default');

  add('cancel', 'ends the following of a generation; its provider goes on', cancel)
    .addArgument(provider())
    .argument('[generationId]')
    .option('--request-id <id>', 'of the request that it began with');

  withFilters(add('list', 'lists generations, newest first', list))
    .option('--limit <count>', 'so many at most', count, 50)
    .option(
      '--details <count>',
      'read the details of so many at most: one request to AWS each',
      count,
      1000,
    );

  add('show', "tells one generation's story", show).addArgument(provider()).addArgument(id());

  add('get', 'downloads what is archived, and compares it with the manifest', get)
    .addArgument(provider())
    .addArgument(id())
    .option('--out <folder>', 'where the files go', 'artifacts');

  add('link', 'prints links to what is archived: whoever has one can open it', link)
    .addArgument(provider())
    .addArgument(id())
    .option('--for <span>', 'how long it opens: 30m, 1h, 7d', linkLife, 3600)
    .option('--format <format>', 'of one format: pdf, pptx, zip, json');

  withSince(
    add('retry', 'sends a generation again, or all that failed', retry)
      .argument('[provider]')
      .argument('[id]')
      .option('--failed', 'all that ended badly; needs --since', false),
  ).option('--yes', 'send without asking', false);

  add('dead-letters', 'lists what could not be handled, in words', deadLetters)
    .option('--send', 'send it again, and delete what is taken', false)
    .option('--yes', 'send without asking', false);

  add('doctor', 'looks at the deployed stack, and says what to mend', doctor);

  add('page', 'serves a page to look at, on this machine alone', page).option(
    '--port <number>',
    'default: a free one',
    port,
    0,
  );
};
