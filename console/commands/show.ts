import { exitStatus } from '../../local/command-request.ts';
import { sizeText } from '../../local/progress-lines.ts';
import { plain } from '../../local/terminal-text.ts';
import type { Backend, Name, Seen, StoryLine } from '../backend.ts';
import { idText, isFailed, standingText } from '../executions/standing.ts';
import { adviceFor } from '../executions/story.ts';
import type { Terminal } from './terminal.ts';
import { columns, jsonOf, timeText } from './text.ts';

/** Said where nothing is known of a generation. */
export const unknownText = ({ provider, id }: Name): string =>
  `nothing is known of ${provider}/${id}: no execution followed it in the last 90 days. The id must be the provider's own, or the requestId\n`;

const filesOf = ({ artifacts = [] }: Seen): string[] =>
  columns(
    artifacts.map(({ key, bytes, sha256 }) => [
      `  ${plain(key)}`,
      sizeText(bytes),
      `sha256 ${sha256}`,
    ]),
  );

const textOf = (seen: Seen, story: readonly StoryLine[]): string => {
  const advice = adviceFor(seen);
  const files = filesOf(seen);
  const metadata = JSON.stringify(seen.trigger?.metadata ?? {});
  return [
    `${seen.provider} ${plain(idText(seen))}: ${standingText(seen.standing)}`,
    ...(metadata === '{}' ? [] : [`metadata ${plain(metadata)}`]),
    '',
    ...story.map(
      ({ at, what, detail }) =>
        `${timeText(at)}  ${plain(what)}${detail === undefined ? '' : `  (${plain(detail)})`}`,
    ),
    ...(files.length === 0 ? [] : ['', 'Saved and verified:', ...files]),
    ...(advice === undefined ? [] : ['', `What to do: ${plain(advice)}`]),
    '',
  ].join('\n');
};

/** Tells one generation's story. @returns 1 where it ended badly */
export const show = async (
  backend: Pick<Backend, 'find' | 'story'>,
  name: Name,
  json: boolean,
  { output, errors }: Terminal,
): Promise<number> => {
  const seen = await backend.find(name);
  if (seen === undefined) {
    errors.write(unknownText(name));
    return exitStatus.notArchived;
  }
  const story = await backend.story(seen);
  const advice = adviceFor(seen);
  const told = story.map(({ at, ...rest }) => ({ at: new Date(at).toISOString(), ...rest }));
  const whole = { ...jsonOf(seen), story: told, ...(advice === undefined ? {} : { advice }) };
  output.write(json ? `${JSON.stringify(whole)}\n` : textOf(seen, story));
  return isFailed(seen) ? exitStatus.notArchived : exitStatus.archived;
};
