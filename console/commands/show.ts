import { exitStatus } from '../../local/command-request.ts';
import { plain } from '../../local/terminal-text.ts';
import type { Name, Seen, StoryLine } from '../backend.ts';
import { idText, isFailed, standingText } from '../executions/standing.ts';
import { adviceFor } from '../executions/story.ts';
import type { Act } from './terminal.ts';
import { fileColumns, jsonLine, jsonOf, timeText } from './text.ts';

/** Said where nothing is known of a generation. */
export const unknownText = ({ provider, id }: Name): string =>
  `nothing is known of ${plain(`${provider}/${id}`)}: no execution followed it in the last 90 days. The id must be the provider's own, or the requestId\n`;

const textOf = (seen: Seen, story: readonly StoryLine[]): string => {
  const advice = adviceFor(seen);
  const { artifacts = [] } = seen;
  const files = fileColumns(artifacts.map((file) => ({ ...file, name: file.key })));
  const metadata = JSON.stringify(seen.trigger?.metadata ?? {});
  return [
    `${plain(`${seen.provider} ${idText(seen)}`)}: ${standingText(seen.standing)}`,
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
export const show =
  ({ provider, id, json }: Name & { readonly json: boolean }): Act =>
  async ({ backend }, { output, errors }) => {
    const seen = await backend.find({ provider, id });
    if (seen === undefined) {
      errors.write(unknownText({ provider, id }));
      return exitStatus.notArchived;
    }
    const story = await backend.story(seen);
    const told = story.map(({ at, ...rest }) => ({ at: new Date(at).toISOString(), ...rest }));
    const whole = { ...jsonOf(seen), story: told, advice: adviceFor(seen) };
    output.write(json ? jsonLine(whole) : textOf(seen, story));
    return isFailed(seen) ? exitStatus.notArchived : exitStatus.archived;
  };
