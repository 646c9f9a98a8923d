import { Command, InvalidArgumentError } from 'commander';
import { generationIdSchema, providerNameSchema } from '../../lambdas/contract/generation.ts';
import type { Named } from './generation.ts';

/** What the command line of `npm run check:deployment` says. */
export interface CheckArguments {
  readonly stack: string | undefined;
  readonly provider: string | undefined;
  readonly generation: Named | undefined;
  readonly minutes: number;
  readonly profile: string | undefined;
}

const named = (text: string): Named => {
  const [provider = '', ...rest] = text.split(':');
  const generationId = rest.join(':');
  if (
    !providerNameSchema.safeParse(provider).success ||
    !generationIdSchema.safeParse(generationId).success
  )
    throw new InvalidArgumentError('use <provider>:<generationId>, for example gamma:abc123');
  return { provider, generationId };
};

const minutesOf = (text: string): number => {
  const minutes = Number(text);
  if (!(minutes >= 1 && minutes <= 1440))
    throw new InvalidArgumentError('use a number of minutes from 1 to 1440');
  return minutes;
};

/**
 * Reads the command line.
 *
 * @throws CommanderError where it is wrong, or asks for help
 */
export const readCheckArguments = (
  argv: readonly string[],
  output: { readonly write: (text: string) => void } = process.stdout,
): CheckArguments => {
  const command = new Command('npm run check:deployment --')
    .description(
      'Looks at a deployed archiver for what no emulator can show. It needs credentials that may read the stack, write to the bucket, and make a queue and a rule, which it removes again.',
    )
    .option('--stack <name>', 'default: the stackName of the configuration')
    .option('--provider <name>', 'whose check is tried; default: the first that is configured')
    .option('--generation <provider:id>', 'a finished or running generation to archive', named)
    .option('--minutes <number>', 'longest wait for it', minutesOf, 60)
    .option('--profile <name>', "of AWS's shared configuration")
    .configureOutput({ writeOut: output.write, writeErr: output.write })
    .exitOverride();
  command.parse([...argv], { from: 'user' });
  const options = command.opts<{
    stack?: string;
    provider?: string;
    generation?: Named;
    minutes: number;
    profile?: string;
  }>();
  return {
    stack: options.stack,
    provider: options.provider,
    generation: options.generation,
    minutes: options.minutes,
    profile: options.profile,
  };
};
