/** What of a command line of `cdk deploy` matters before it runs. */
export interface DeployArguments {
  /** The configuration that `-c generationArchiver=…` gave, as text. */
  readonly context: string | undefined;
  /** The profile of the shared configuration that `--profile` named. */
  readonly profile: string | undefined;
}

const valueOf = (
  argv: readonly string[],
  names: readonly string[],
  matches: (value: string) => boolean = () => true,
): string | undefined =>
  argv.reduce<string | undefined>((found, argument, index) => {
    const [name = '', ...rest] = argument.split('=');
    if (!names.includes(name) && !names.includes(argument)) return found;
    const value = names.includes(argument) ? argv[index + 1] : rest.join('=');
    return value !== undefined && matches(value) ? value : found;
  }, undefined);

/**
 * Reads the arguments that are meant for `cdk deploy`; the last of a kind counts, as it does there.
 *
 * @param key of the context that holds the configuration
 */
export const readArguments = (argv: readonly string[], key: string): DeployArguments => ({
  context: valueOf(argv, ['-c', '--context'], (value) => value.startsWith(`${key}=`))?.slice(
    key.length + 1,
  ),
  profile: valueOf(argv, ['--profile']),
});
