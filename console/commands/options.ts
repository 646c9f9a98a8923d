import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import * as z from 'zod';
import { pair, wholeNumber } from '../../local/option-values.ts';

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a span such as `30m`, `2h` or `1d`. */
export const span = (text: string): number => {
  const { count, unit = '' } = /^(?<count>\d{1,6})(?<unit>[smhd])$/.exec(text)?.groups ?? {};
  const seconds = Number(count) * (units[unit] ?? Number.NaN);
  if (!(seconds > 0)) throw new InvalidArgumentError('use a span such as 30m, 2h or 7d');
  return seconds;
};

/** A time that depends on what time it is now. Milliseconds since 1970. */
export type Since = (now: number) => number;

const timeSchema = z.union([z.iso.date(), z.iso.datetime({ offset: true, local: true })]);

/** When a span such as `2h` began, or an ISO 8601 time; a date alone is of UTC. */
export const since = (text: string): Since => {
  if (timeSchema.safeParse(text).success) return () => Date.parse(text);
  const milliseconds = span(text) * 1000;
  return (now) => now - milliseconds;
};

const sinceText = 'that began in the last 30m, 2h, 7d …, or since 2026-11-26';

/** Adds `--since`. */
export const withSince = (command: Command): Command =>
  command.option('--since <span>', sinceText, since);

/** Longest life of a presigned link, in seconds (Amazon S3 User Guide, "Sharing objects with presigned URLs"). */
const maxLinkSeconds = 604_800;

/** Seconds that a link lives. */
export const linkLife = (text: string): number => {
  const seconds = span(text);
  if (seconds > maxLinkSeconds) throw new InvalidArgumentError('S3 makes links for 7d at most');
  return seconds;
};

/** A number of generations. */
export const count = wholeNumber('whole number of generations', 1_000_000);

/** A TCP port. */
export const port = wholeNumber('port number', 65_535);

/** What every command takes. */
export const withTarget = (command: Command): Command =>
  command
    .option('--stack <name>', 'the stack of the archiver', 'GenerationArchiver')
    .option('--region <region>', 'where it is deployed; default: of the environment or the profile')
    .option('--profile <name>', 'a profile of the AWS configuration')
    .option('--json', 'print JSON for programs', false);

/** Which generations, for the commands that list them. */
export const withFilters = (command: Command): Command =>
  withSince(
    command
      .addOption(new Option('--running', 'that are under way').conflicts(['failed', 'archived']))
      .addOption(new Option('--failed', 'that ended badly').conflicts(['archived']))
      .option('--archived', 'that are saved'),
  )
    .option('--provider <name>', 'of one provider')
    .option(
      '--metadata <field=value>',
      'whose metadata has the field; several must all be met',
      pair('field'),
    );
