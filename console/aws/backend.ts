import { generationIdSchema, providerNameSchema } from '../../lambdas/contract/generation.ts';
import type { Backend, Name, Seen } from '../backend.ts';
import { wholeStory } from '../executions/story.ts';
import type { Clients } from './clients.ts';
import { costToday } from './cost.ts';
import { createDeadLetters } from './dead-letters.ts';
import { createExecutionReader } from './executions.ts';
import { ConsoleError } from './explain.ts';
import { createArchiveReader } from './files.ts';
import { listExecutions } from './list-executions.ts';
import { createLogReader } from './logs.ts';
import { putEvent } from './put-event.ts';
import type { Deployed } from './stack.ts';

/** The `source` of what is sent from here. */
const source = 'generation-archiver.console';

/** Milliseconds for which logs are kept: a month, as the stack has it. */
const logsKept = 31 * 24 * 3_600_000;

/** Whether a generation may have such a name: no other goes into an ARN, a key or a query of the logs. */
const isName = ({ provider, id }: Name): boolean =>
  providerNameSchema.safeParse(provider).success && generationIdSchema.safeParse(id).success;

/** See {@link Backend}: over the caller's own clients. */
export const createAwsBackend = (
  clients: Clients,
  deployed: Deployed,
  now: () => number,
): Backend => {
  const executions = createExecutionReader(clients, deployed, now);
  const logs = createLogReader(clients, deployed);
  const files = createArchiveReader(clients, deployed);
  const letters = createDeadLetters(clients, deployed, now);

  /** What began with a request is named after it: its id is known to the start's log alone. */
  const findByLog = async ({ provider, id }: Name): Promise<Seen | undefined> => {
    const execution = await logs.executionAbout(provider, id, now() - logsKept);
    return execution === undefined ? undefined : executions.read(execution);
  };

  return {
    ...files,
    ...letters,
    title: `${deployed.stackName} in ${deployed.region}`,
    providers: deployed.providers,
    list: (query, from) =>
      listExecutions({ clients, deployed, now, read: executions.read }, query, from),
    find: async (name) =>
      isName(name) ? ((await executions.find(name)) ?? (await findByLog(name))) : undefined,
    archive: async (name, known) => (isName(name) ? files.archive(name, known) : undefined),
    story: async (seen) => wholeStory(seen, await logs.story(seen)),
    progress: (running) => logs.progress(running),
    refusal: (eventId) => logs.refusal(eventId, now()),
    send: async (detailType, detail) => {
      const { busName } = deployed;
      const event = { busName, source, detailType, detail: JSON.stringify(detail) };
      const put = await putEvent(clients, event);
      if ('eventId' in put) return put.eventId;
      throw new ConsoleError(`the bus ${busName} did not take the event: ${put.refused}`);
    },
    costToday: () => costToday(clients, deployed, now()),
    requests: () => clients.tally.counts,
  };
};
