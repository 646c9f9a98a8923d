import { createClaims } from '../../../lambdas/adapters/claims.ts';
import { createEndedExecutions } from '../../../lambdas/adapters/ended-executions.ts';
import { createEventBus } from '../../../lambdas/adapters/events.ts';
import { createExecutions, executionArnOf } from '../../../lambdas/adapters/executions.ts';
import { createObjectStore } from '../../../lambdas/adapters/objects.ts';
import { createApiKeys } from '../../../lambdas/adapters/secrets.ts';
import type {
  ApiKeys,
  AskApi,
  Claims,
  Clock,
  EventBus,
  Executions,
  Log,
  Measure,
  OpenLink,
  Random,
} from '../../../lambdas/contract/ports.ts';
import { startTimeoutMilliseconds } from '../../../lambdas/contract/start-state.ts';
import {
  createAnnounceEnd,
  type AnnounceEndOptions,
} from '../../../lambdas/handlers/announce-end.ts';
import { createAnnounceStopped } from '../../../lambdas/handlers/announce-stopped.ts';
import { createCheckStatus } from '../../../lambdas/handlers/check-status.ts';
import { createCopyExports } from '../../../lambdas/handlers/copy-exports.ts';
import { logAbout } from '../../../lambdas/handlers/generation-log.ts';
import { createIntake } from '../../../lambdas/handlers/intake/intake.ts';
import { createSendReply } from '../../../lambdas/handlers/send-reply.ts';
import { createStartExport } from '../../../lambdas/handlers/start-export.ts';
import { createStartGeneration } from '../../../lambdas/handlers/start-generation.ts';
import { createSweepEnds } from '../../../lambdas/handlers/sweep-ends.ts';
import {
  createAskLink,
  createAskProvider,
  type AskOptions,
} from '../../../lambdas/providers/asking/ask.ts';
import { createPaceOf } from '../../../lambdas/providers/asking/pace-of.ts';
import { createPostToProvider } from '../../../lambdas/providers/asking/post.ts';
import { createStartAtProvider } from '../../../lambdas/providers/asking/start.ts';
import { builtIn } from '../../../lambdas/providers/registry.ts';
import type { Caller } from './answers.ts';
import { clients } from './aws.ts';
import { createLambda, type LambdaOptions, type Life } from './lambda.ts';
import { deployedSettings } from './machine.ts';

/** Time-outs of the functions, as the stack has them. */
const limitSeconds = {
  check: 30,
  copy: 900,
  intake: 30,
  announce: 30,
  start: 120,
  export: 60,
  reply: 240,
  sweep: 600,
};

/** Limit on one request, milliseconds: as the adapters have it where nobody names another. */
const requestLimit = 10_000;

const stateMachineArn = 'arn:aws:states:local:000000000000:stateMachine:generation-archiver';

/** What the functions are made of. */
export interface FunctionsOptions extends LambdaOptions {
  readonly askApi: (caller: Caller) => AskApi;
  readonly openLink: OpenLink;
  readonly random: Random;
  readonly log: Log;
  readonly measure: Measure;
  /** Told of every status request of a check. */
  readonly onCheck: (execution: string) => void;
}

const executionsIn = (life: Life): Executions =>
  life.mortal(createExecutions({ client: clients.stepFunctions, stateMachineArn }));

const claimsIn = (life: Life): Claims =>
  life.mortal(createClaims({ client: clients.s3, bucket: 'decks', keyPrefix: '' }));

const busIn = (life: Life): EventBus =>
  life.mortal(createEventBus({ client: clients.events, eventBusName: 'generation-archiver' }));

const freshKeys = (): ApiKeys =>
  createApiKeys({ client: clients.secrets, secretPrefix: 'generation-archiver' });

/**
 * The deployed functions: the handlers and adapters that run on AWS, each invocation with a life of
 * its own.
 */
export const createFunctions = (options: FunctionsOptions) => {
  const { openLink, random, log, measure, onCheck, clock } = options;
  const settings = deployedSettings;
  const lambda = createLambda(options);
  const world = { settings, log, measure, executionArn: executionArnOf(stateMachineArn) };
  /** A function keeps its keys from one invocation to the next, until it is killed. */
  const warmKeys = {
    check: freshKeys(),
    copy: freshKeys(),
    start: freshKeys(),
    export: freshKeys(),
    reply: freshKeys(),
  };

  const providerIn = (life: Life, name: keyof typeof warmKeys, ask: AskApi): AskOptions => ({
    registry: builtIn,
    settings,
    apiKeys: life.mortal(warmKeys[name]),
    askApi: life.mortal({ ask }).ask,
    clock: life.clock,
  });

  const askApi = (execution: string, caller: Partial<Caller> = {}): AskApi =>
    options.askApi({ clock, limit: requestLimit, execution, ...caller });

  const endsIn = (life: Life): AnnounceEndOptions => ({
    bus: busIn(life),
    executions: executionsIn(life),
    claims: claimsIn(life),
    clock: life.clock,
    log,
    measure,
  });

  const noting = (execution: string): AskApi => {
    const ask = askApi(execution);
    return async (request) => {
      onCheck(execution);
      return ask(request);
    };
  };

  return {
    check: async (input: unknown, execution: string): Promise<unknown> =>
      lambda.invoke('check', limitSeconds.check, async (life) =>
        createCheckStatus({
          registry: builtIn,
          ask: createAskProvider(providerIn(life, 'check', noting(execution))),
          settings,
          clock: life.clock,
          random,
          log,
          measure,
        })(input),
      ),
    copy: async (input: unknown): Promise<unknown> =>
      lambda.invoke('copy', limitSeconds.copy, async (life) => {
        const pause = async (milliseconds: number): Promise<void> => life.clock.sleep(milliseconds);
        const provider = providerIn(life, 'copy', askApi(''));
        const copy = createCopyExports({
          objects: life.mortal(createObjectStore({ client: clients.s3, bucket: 'decks', pause })),
          ask: createAskProvider(provider),
          askLink: createAskLink(provider),
          paceOf: createPaceOf(provider),
          openLink: life.openLink(openLink),
          clock: life.clock,
          random,
          log,
          measure,
          keyPrefix: '',
        });
        return copy(input, { getRemainingTimeInMillis: () => life.endsAt - clock.now() });
      }),
    start: async (input: unknown, execution: string): Promise<unknown> =>
      lambda.invoke('start', limitSeconds.start, async (life) =>
        createStartGeneration({
          claims: claimsIn(life),
          start: createStartAtProvider(
            providerIn(life, 'start', askApi(execution, { limit: startTimeoutMilliseconds })),
          ),
          settings,
          clock: life.clock,
          random,
          log,
          measure,
        })(input),
      ),
    export: async (input: unknown, execution: string): Promise<unknown> =>
      lambda.invoke('export', limitSeconds.export, async (life) =>
        createStartExport({
          registry: builtIn,
          post: createPostToProvider(providerIn(life, 'export', askApi(execution))),
          log,
        })(input),
      ),
    /** @param own the clock of an invocation that nobody waits for */
    reply: async (event: unknown, own: Clock, delivery: string): Promise<void> =>
      lambda.invoke(
        'reply',
        limitSeconds.reply,
        async (life) => {
          const provider = providerIn(life, 'reply', askApi('', { clock: own }));
          const ask = createAskProvider({ ...provider, skims: true });
          const post = createPostToProvider(provider);
          await createSendReply({
            registry: builtIn,
            settings,
            ask,
            post,
            bus: busIn(life),
            clock: life.clock,
            random,
            log,
            measure,
            claims: claimsIn(life),
          })(event, { awsRequestId: delivery });
        },
        own,
      ),
    /** @param own the clock of an invocation that nobody waits for */
    intake: async (event: unknown, own: Clock): Promise<void> =>
      lambda.invoke(
        'intake',
        limitSeconds.intake,
        async (life) =>
          createIntake({
            ...world,
            claims: claimsIn(life),
            bus: busIn(life),
            executions: executionsIn(life),
            clock: life.clock,
          })(event),
        own,
      ),
    announce: async (event: unknown, own: Clock, delivery: string): Promise<void> =>
      lambda.invoke(
        'announce',
        limitSeconds.announce,
        async (life) => createAnnounceStopped(endsIn(life))(event, { awsRequestId: delivery }),
        own,
      ),
    sweep: async (own: Clock, delivery: string): Promise<void> =>
      lambda.invoke(
        'sweep',
        limitSeconds.sweep,
        async (life) =>
          createSweepEnds({
            ended: createEndedExecutions({ client: clients.stepFunctions, stateMachineArn }),
            announce: createAnnounceEnd(endsIn(life)),
            clock: life.clock,
            log: logAbout(log, {
              provider: undefined,
              generationId: undefined,
              execution: undefined,
            }),
          })({}, { awsRequestId: delivery }),
        own,
      ),
    /** The next invocation begins with nothing in its memory. */
    forget: (name: keyof typeof warmKeys): void => {
      warmKeys[name] = freshKeys();
    },
    idle: lambda.idle,
  };
};
