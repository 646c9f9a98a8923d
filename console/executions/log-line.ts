import * as z from 'zod';
import { percentText, sizeText } from '../../local/progress-lines.ts';
import { readJson } from '../../local/read-json.ts';
import type { Progress, StoryLine } from '../backend.ts';
import { timeSchema } from './read-execution.ts';

const text = z.string().optional().catch(undefined);
const number = z.number().optional().catch(undefined);

/** A line of a function's log, as far as a story tells it. Fields that are not there are absent. */
const lineSchema = z.looseObject({
  level: text,
  message: z.string(),
  timestamp: timeSchema,
  execution: text,
  generationId: text,
  eventId: text,
  kind: text,
  said: text,
  reason: text,
  progress: number,
  checks: number,
  seconds: number,
  key: text,
  bytes: number,
  error: text,
  problems: z.array(z.string()).optional().catch(undefined),
});

/** See {@link readLine}. */
export type LogLine = z.infer<typeof lineSchema>;

/** Reads a line of a log; `undefined` for one that is not ours, such as Lambda's own. */
export const readLine = (text: string): LogLine | undefined => readJson(lineSchema, text);

const isCheck = ({ message, kind }: LogLine): boolean =>
  kind !== undefined && message !== 'not accepted';

const checkText = ({ kind, said, reason, progress }: LogLine): string => {
  const word = said ?? reason ?? kind ?? '';
  const told = progress === undefined ? word : `${word} ${percentText(progress)}`;
  return kind === 'throttled' ? `429: ${told}` : told;
};

/** What a generation that is under way said in a line. */
export const progressIn = (line: LogLine): Progress | undefined => {
  const { generationId, progress, checks } = line;
  const id = generationId === undefined || generationId === 'unknown' ? {} : { generationId };
  if (isCheck(line))
    return {
      says: line.said ?? line.reason ?? line.kind ?? '',
      progress,
      checks,
      ...id,
    };
  if (line.message === 'accepted') return { says: 'accepted', ...id };
  return line.message === 'not accepted'
    ? { says: `not taken yet: ${line.reason ?? ''}` }
    : undefined;
};

const lineText = (line: LogLine): Omit<StoryLine, 'at'> => {
  const { message, key = '', bytes = 0, reason, seconds, error } = line;
  if (message === 'file saved') return { what: 'saved', detail: `${key}, ${sizeText(bytes)}` };
  const detail =
    reason ?? error ?? key ?? (seconds === undefined ? undefined : `again in ${seconds} s`);
  return { what: message, detail: detail === '' ? undefined : detail };
};

const checksText = (first: number, last: number): string =>
  first === last ? `check ${first}` : `checks ${first} to ${last}`;

/** What the logs tell of one generation, in order; checks that told the same are one line. */
export const storyIn = (lines: readonly LogLine[]): StoryLine[] => {
  const story: StoryLine[] = [];
  /** The first of the checks that the last line of the story stands for. */
  let first: number | undefined;
  for (const line of lines.toSorted((a, b) => a.timestamp - b.timestamp)) {
    if (!isCheck(line)) {
      story.push({ at: line.timestamp, ...lineText(line) });
      first = undefined;
      continue;
    }
    const { checks = 1 } = line;
    const what = checkText(line);
    const before = first === undefined ? undefined : story.at(-1);
    const isSame = before?.what === what;
    if (isSame) story.pop();
    else first = checks;
    story.push({
      at: isSame ? before.at : line.timestamp,
      what,
      detail: checksText(first ?? checks, checks),
    });
  }
  return story;
};
