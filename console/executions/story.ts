import { sizeText } from '../../local/progress-lines.ts';
import type { Seen, StoryLine } from '../backend.ts';
import { remedyOf } from './remedies.ts';
import { idText, standingText } from './standing.ts';

const askedLines = ({ trigger, requestId, generationId }: Seen): StoryLine[] => {
  if (trigger === undefined) return [];
  const { requestedAt, deadline, credential, exportAs, folder } = trigger;
  const parts = [
    `credential ${credential}`,
    ...(exportAs === undefined ? [] : [`export as ${exportAs.join(', ')}`]),
    ...(folder === undefined ? [] : [`folder ${folder}`]),
    `deadline ${new Date(deadline).toISOString()}`,
  ];
  const what =
    requestId === undefined ? `asked to follow ${generationId ?? ''}` : `requested as ${requestId}`;
  return [{ at: requestedAt, what, detail: parts.join(', ') }];
};

const endLines = (seen: Seen): StoryLine[] => {
  const { endedAt, error, artifacts = [], standing } = seen;
  if (endedAt === undefined || standing === 'Running') return [];
  const files = artifacts.map(({ key, bytes }) => `${key}, ${sizeText(bytes)}`);
  const detail = error === undefined ? files.join('; ') : `${error.code}: ${error.message}`;
  return [{ at: endedAt, what: standingText(standing), ...(detail === '' ? {} : { detail }) }];
};

/** What happened to a generation, in order, around what the logs tell. */
export const wholeStory = (seen: Seen, between: readonly StoryLine[]): StoryLine[] => [
  ...askedLines(seen),
  { at: seen.startedAt, what: 'the execution began', detail: seen.execution },
  ...between,
  ...endLines(seen),
];

/** What to do about a generation that ended badly, with the command; `undefined` where nothing is. */
export const adviceFor = (seen: Seen): string | undefined => {
  if (seen.error === undefined) return undefined;
  const { retry, says } = remedyOf(seen);
  if (retry === 'never') return says;
  const then = retry === 'again' ? ':' : '; then:';
  return `${says}${then} generation-archiver retry ${seen.provider} ${idText(seen)}`;
};
