import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createAskApi } from '../lambdas/adapters/api.ts';
import { createOpenLink } from '../lambdas/adapters/download.ts';
import { checkLink, isPublicAddress } from '../lambdas/adapters/link-rules.ts';
import { createPrivateHosts } from '../lambdas/adapters/private-hosts.ts';
import type { ApiKeys, Clock, Log, Measure, Random } from '../lambdas/contract/ports.ts';
import {
  startInputSchema,
  startTimeoutMilliseconds,
  type Start,
} from '../lambdas/contract/start-state.ts';
import type { TriggerDetailType } from '../lambdas/contract/triggers.ts';
import { createAnnounceStopped } from '../lambdas/handlers/announce-stopped.ts';
import { createCheckStatus } from '../lambdas/handlers/check-status.ts';
import type { Checked } from '../lambdas/handlers/check-status.ts';
import { createCopyExports } from '../lambdas/handlers/copy-exports.ts';
import { createIntake } from '../lambdas/handlers/intake/intake.ts';
import { createSendReply } from '../lambdas/handlers/send-reply.ts';
import { createStartExport } from '../lambdas/handlers/start-export.ts';
import { createStartGeneration } from '../lambdas/handlers/start-generation.ts';
import { createAskLink, createAskProvider } from '../lambdas/providers/asking/ask.ts';
import { createPaceOf } from '../lambdas/providers/asking/pace-of.ts';
import { createPostToProvider } from '../lambdas/providers/asking/post.ts';
import { createStartAtProvider } from '../lambdas/providers/asking/start.ts';
import { resolveSettings } from '../lib/config/config.ts';
import type { GenerationArchiverProps } from '../lib/config/config.ts';
import { synthesiseDefinitions } from '../lib/workflow/definition.ts';
import { createLocalClaims } from './claims.ts';
import { createEngine, executionArn } from './engine.ts';
import type { EngineOptions, ExecutionEnd } from './engine.ts';
import { createLocalEventBus } from './event-bus.ts';
import type { LocalEvent } from './event-bus.ts';
import { createLocalExecutions, type LocalExecutions } from './executions.ts';
import { createFolderStore } from './folder-store.ts';
import type { FolderStore } from './folder-store.ts';

/**
 * Milliseconds that one invocation of the copy function has: Lambda's longest, as in the deployed
 * stack.
 */
const copyInvocationMilliseconds = 900_000;

/** What an embedded archiver is made of: a configuration as for the stack, and the world. */
export interface LocalArchiverOptions {
  readonly props: GenerationArchiverProps;
  /** Takes the files and `events.jsonl`. */
  readonly folder: string;
  readonly apiKeys: ApiKeys;
  readonly clock: Clock;
  readonly random?: Random;
  readonly log?: Log;
  readonly onCheck?: (checked: Checked) => void;
  /** Told of every attempt to start a generation. */
  readonly onStart?: (attempt: {
    readonly provider: string;
    readonly requestId: string;
    readonly start: Start;
  }) => void;
  readonly onEvent?: (event: LocalEvent) => void;
  readonly onState?: (entered: { readonly execution: string; readonly state: string }) => void;
  /** See `EngineOptions`. */
  readonly virtualTime?: boolean;
  /** Run in place of those that the props deploy: definitions of a version before. */
  readonly definitions?: EngineOptions['definitions'];
}

/** The archiver in this process. */
export interface LocalArchiver {
  readonly objects: FolderStore;
  /** Gets one line for each event. */
  readonly eventsFile: string;
  /**
   * Sends a trigger event.
   *
   * @param eventId the event's own id; a new one where absent
   * @param detailType `Generation Started` where absent
   */
  trigger(detail: object, eventId?: string, detailType?: TriggerDetailType): Promise<void>;
  /** How every execution ended, by ARN; settles when none runs any more. */
  ends(): Promise<ReadonlyMap<string, ExecutionEnd>>;
  /** Ends what runs, finishes the files and removes what is half done. */
  close(): Promise<void>;
}

const silent: Log = () => undefined;

/** The embedded run has no metrics. */
const unmeasured: Measure = () => undefined;

/**
 * The whole archiver in one process: the definition that would be deployed, and the handlers that
 * would be, over a folder, an embedded engine and a file of events.
 *
 * @throws ConfigurationError where the props cannot be used
 */
export const createLocalArchiver = (options: LocalArchiverOptions): LocalArchiver => {
  const {
    props,
    folder,
    apiKeys,
    clock,
    random = Math.random,
    log = silent,
    virtualTime = false,
  } = options;
  const resolved = resolveSettings(props);
  const settings = Object.fromEntries(
    resolved.providers.map(({ provider, settings: one }) => [provider.name, one]),
  );
  const { registry, allowInsecureSources, keyPrefix } = resolved;
  const rules = {
    allowInsecureSources,
    isPublicAddress,
    privateHosts: createPrivateHosts(resolved.privateHosts),
  };

  const objects = createFolderStore(folder);
  const eventsFile = join(folder, 'events.jsonl');
  const bus = createLocalEventBus({
    file: eventsFile,
    clock,
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
  });
  const provider = {
    registry,
    settings,
    apiKeys,
    askApi: createAskApi(rules),
    clock,
  };
  const ask = createAskProvider(provider);
  const openLink = createOpenLink({ ...rules, checkLink });

  const check = createCheckStatus({
    registry,
    ask,
    settings,
    clock,
    random,
    log,
    measure: unmeasured,
    ...(options.onCheck === undefined ? {} : { onCheck: options.onCheck }),
  });
  const postApi = createAskApi({
    ...rules,
    timeoutMilliseconds: startTimeoutMilliseconds,
  });
  const claims = createLocalClaims();
  const start = createStartGeneration({
    claims,
    start: createStartAtProvider({ settings, apiKeys, askApi: postApi, clock }),
    settings,
    clock,
    random,
    log,
    measure: unmeasured,
  });
  const copy = createCopyExports({
    objects,
    ask,
    askLink: createAskLink(provider),
    paceOf: createPaceOf(provider),
    openLink,
    clock,
    random,
    log,
    measure: unmeasured,
    keyPrefix,
  });
  const engine = createEngine({
    definitions: options.definitions ?? synthesiseDefinitions(props),
    tasks: {
      start: async (input) => {
        const answer = await start(input);
        const { provider, requestId } = startInputSchema.parse(input).generation;
        options.onStart?.({ provider, requestId, start: answer });
        return answer;
      },
      check,
      copy: (input) => {
        const endsAt = clock.now() + copyInvocationMilliseconds;
        return copy(input, { getRemainingTimeInMillis: () => endsAt - clock.now() });
      },
      startExport: createStartExport({ registry, post: createPostToProvider(provider), log }),
      bus,
    },
    clock,
    virtualTime,
    ...(options.onState === undefined ? {} : { onState: options.onState }),
  });
  const executions: LocalExecutions = createLocalExecutions(engine.run, async ({ name, arn }) =>
    announceStopped({ detail: { executionArn: arn, name, status: 'ABORTED' } }),
  );
  const announceStopped = createAnnounceStopped({
    bus,
    executions,
    clock,
    log,
    measure: unmeasured,
  });
  const intake = createIntake({
    settings,
    claims,
    bus,
    executions,
    clock,
    log,
    measure: unmeasured,
    executionArn,
  });
  const sendReply = createSendReply({
    claims,
    registry,
    settings,
    ask,
    post: createPostToProvider(provider),
    bus,
    clock,
    random,
    log,
    measure: unmeasured,
  });

  return {
    objects,
    eventsFile,
    trigger: async (detail, eventId = randomUUID(), detailType = 'Generation Started') => {
      const time = new Date(clock.now()).toISOString();
      const event = {
        id: eventId,
        source: 'embedded-run',
        'detail-type': detailType,
        time,
        detail,
      };
      await intake(event);
      if (detailType === 'Generation Reply') await sendReply(event);
    },
    ends: async () => {
      const ends = await executions.ends();
      await engine.idle();
      return ends;
    },
    close: async () => {
      executions.abort();
      await executions.ends();
      await engine.idle();
      await bus.flush();
      await objects.clear();
    },
  };
};
