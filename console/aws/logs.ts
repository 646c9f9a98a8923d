import {
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { isProvider, providerNamed, providers } from '../../lambdas/providers/registry.ts';
import type { Progress, Seen, StoryLine } from '../backend.ts';
import { progressIn, readLine, storyIn, type LogLine } from '../executions/log-line.ts';
import type { Clients } from './clients.ts';
import type { Deployed } from './stack.ts';

/** Pages of one log group that are read at most for one question: 10,000 lines or 1 MB each. */
const maxPages = 20;

/** Milliseconds that a log may lag behind what it tells of. */
const lag = 60_000;

/** Milliseconds in which intake has written that it refused an event. */
const recent = 15 * 60_000;

/** Lines that tell how a generation stands; what else they match is passed over. */
const progressPattern = ['checked', 'unknown status, taken as pending', 'accepted', 'not accepted']
  .map((message) => `($.message = "${message}")`)
  .join(' || ')
  .replace(/^.*$/, '{ $& }');

const titleOf = (provider: string): string =>
  isProvider(provider) ? providerNamed(provider).title : provider;

/** Whether a log group is of another provider's functions. */
const isOfAnother = (logicalId: string, provider: string): boolean => {
  const own = titleOf(provider);
  return providers.some(({ title }) => title !== own && logicalId.includes(title));
};

/** Reads the functions' logs. */
export const createLogReader = (clients: Pick<Clients, 'logs'>, deployed: Deployed) => {
  const groups = async (isWanted: (logicalId: string) => boolean): Promise<string[]> =>
    (await deployed.resources())
      .filter(({ type, logicalId }) => type === 'AWS::Logs::LogGroup' && isWanted(logicalId))
      .map(({ physicalId }) => physicalId);

  const linesOf = async (
    logGroupName: string,
    filterPattern: string,
    startTime: number,
    endTime?: number,
  ): Promise<LogLine[]> => {
    const lines: LogLine[] = [];
    let pages = 0;
    try {
      for await (const { events = [] } of paginateFilterLogEvents(
        { client: clients.logs },
        { logGroupName, filterPattern, startTime, endTime },
      )) {
        lines.push(...events.flatMap(({ message = '' }) => readLine(message) ?? []));
        pages += 1;
        if (pages === maxPages) break;
      }
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
    return lines;
  };

  const inAll = async (
    names: readonly string[],
    pattern: string,
    startTime: number,
    endTime?: number,
  ): Promise<LogLine[]> =>
    (await Promise.all(names.map((name) => linesOf(name, pattern, startTime, endTime)))).flat();

  return {
    story: async (seen: Seen): Promise<readonly StoryLine[]> => {
      const names = await groups(
        (logicalId) => !isOfAnother(logicalId, seen.provider) && !/WorkflowLog/.test(logicalId),
      );
      const end = seen.endedAt === undefined ? undefined : seen.endedAt + lag;
      const pattern = `{ $.execution = "${seen.execution}" }`;
      const lines = await inAll(names, pattern, seen.startedAt - lag, end);
      return storyIn(lines.filter(({ execution }) => execution === seen.execution));
    },

    /** What each of them said last. */
    progress: async (running: readonly Seen[]): Promise<Map<string, Progress>> => {
      const said = new Map<string, Progress>();
      if (running.length === 0) return said;
      const wanted = new Set(running.map(({ execution }) => execution));
      const titles = [...new Set(running.map(({ provider }) => titleOf(provider)))];
      const names = await groups((logicalId) =>
        titles.some((title) => new RegExp(`(Check|Start)${title}`).test(logicalId)),
      );
      // A check is logged only where it brings news, so that the last word may be as old as the oldest.
      const begun = Math.min(...running.map(({ startedAt }) => startedAt));
      const lines = await inAll(names, progressPattern, begun - lag);
      for (const line of lines.toSorted((a, b) => a.timestamp - b.timestamp)) {
        const progress = progressIn(line);
        const { execution = '' } = line;
        if (progress === undefined || !wanted.has(execution)) continue;
        said.set(execution, { ...said.get(execution), ...progress });
      }
      return said;
    },

    /** The execution that a generation's lines name: where its name does not tell. */
    executionAbout: async (provider: string, generationId: string, since: number) => {
      const names = await groups((logicalId) => logicalId.includes(`Start${titleOf(provider)}`));
      const lines = await inAll(names, `{ $.generationId = "${generationId}" }`, since);
      return lines.find((line) => line.generationId === generationId)?.execution;
    },

    refusal: async (eventId: string, now: number): Promise<readonly string[] | undefined> => {
      const names = await groups((logicalId) => logicalId.includes('IntakeFunctionLog'));
      const lines = await inAll(names, `{ $.eventId = "${eventId}" }`, now - recent);
      return lines.find((line) => line.eventId === eventId && line.message === 'trigger rejected')
        ?.problems;
    },
  };
};
