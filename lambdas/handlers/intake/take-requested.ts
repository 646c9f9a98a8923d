import { isDeepStrictEqual } from 'node:util';
import type { ProviderSettings } from '../../contract/environment.ts';
import { ArchiverError } from '../../contract/error-codes.ts';
import type { RequestedGeneration } from '../../contract/generation.ts';
import { ownField } from '../../contract/own-field.ts';
import { invalidRequest, problemsOf, type RefusedTrigger } from '../../contract/parse-trigger.ts';
import type { RequestedTrigger } from '../../contract/requested.ts';
import type { FieldProblem } from '../../contract/results.ts';
import {
  freshStartMemory,
  requestInputSchema,
  type RequestInput,
} from '../../contract/start-state.ts';
import { freshMemory } from '../../contract/state.ts';
import { isProvider, providerNamed } from '../../providers/registry.ts';
import type { StartEndpoint } from '../../providers/start-endpoint.ts';
import { logAbout, loggingErrors } from '../generation-log.ts';
import { askedOf } from './asked-of.ts';
import { requestExecutionName } from './execution-names.ts';
import { formatProblems } from './format-problems.ts';
import type { IntakeOptions } from './intake-options.ts';
import { sentAt, type Envelope } from './trigger-envelope.ts';

/** A provider from outside the package starts nothing. */
const startingOf = (name: string): StartEndpoint | undefined =>
  isProvider(name) ? providerNamed(name).starting : undefined;

const problemsOfRequest = (
  trigger: RequestedTrigger,
  deployed: readonly string[],
): FieldProblem[] => {
  const starting = startingOf(trigger.provider);
  if (starting === undefined) {
    const others = deployed.filter((name) => startingOf(name) !== undefined).join(', ') || 'none';
    const message = `${trigger.provider} is followed only: start the generation yourself and send "Generation Started"; deployed and startable: ${others}`;
    return [{ field: 'provider', message }];
  }
  const parsed = starting.schemaOf(trigger.request).safeParse(trigger.request);
  if (parsed.success) return [];
  const inRequest = parsed.error.issues.map((issue) => ({
    ...issue,
    path: ['request', ...issue.path],
  }));
  return problemsOf(inRequest, trigger, []);
};

const generationOf = (
  trigger: RequestedTrigger,
  envelope: Envelope,
  own: ProviderSettings,
  now: number,
): RequestedGeneration => {
  const requestedAt = sentAt(envelope, now);
  const timeoutMinutes = trigger.timeoutMinutes ?? own.timeoutMinutes;
  const { provider, requestId, credential, metadata } = trigger;
  return {
    provider,
    generationId: '',
    requestId,
    credential,
    refresh: false,
    metadata,
    ...askedOf(trigger),
    requestedAt: new Date(requestedAt).toISOString(),
    deadline: new Date(requestedAt + timeoutMinutes * 60_000).toISOString(),
    eventId: envelope.id ?? '',
  };
};

const inputOf = (generation: RequestedGeneration, { request }: RequestedTrigger): RequestInput => ({
  generation,
  request,
  start: { memory: freshStartMemory },
  poll: { next: 'wait', waitSeconds: 0, memory: freshMemory },
  copy: {},
});

const inputFrom = (text: string): RequestInput | undefined => {
  try {
    return requestInputSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** What is to lie where, and under which tags. */
const placeOf = ({
  exportAs = [],
  folder,
  tags = {},
}: Pick<RequestedTrigger, 'exportAs' | 'folder' | 'tags'>): readonly unknown[] => [
  exportAs.toSorted(),
  folder,
  tags,
];

/**
 * What is to be started, and what is to come of it. A caller who wants something else must not believe
 * to get it.
 */
const isSameWish = ({ request, generation }: RequestInput, trigger: RequestedTrigger): boolean =>
  isDeepStrictEqual([request, ...placeOf(generation)], [trigger.request, ...placeOf(trigger)]);

/**
 * Takes `Generation Requested`: an execution starts the generation and follows it. The execution's
 * name follows from the requestId and is used once, so that a repeated event starts nothing, not
 * even after the end: to have the same again, and pay for it again, a caller names another requestId.
 */
export const createTakeRequested = ({
  settings,
  executions,
  clock,
  log,
  executionArn,
}: IntakeOptions) => {
  const deployed = Object.keys(settings);
  return async (
    trigger: RequestedTrigger,
    envelope: Envelope,
  ): Promise<RefusedTrigger | undefined> => {
    const own = ownField(settings, trigger.provider);
    if (own === undefined)
      throw new Error(`provider '${trigger.provider}' passed the check but is not deployed`);
    const problems = [...problemsOfRequest(trigger, deployed), ...formatProblems(trigger, own)];
    if (problems.length > 0) return invalidRequest(problems);

    const generation = generationOf(trigger, envelope, own, clock.now());
    const { provider, requestId, eventId } = generation;
    const name = requestExecutionName(generation);
    const unstarted = logAbout(log, { provider, generationId: undefined, execution: undefined });
    const outcome = await loggingErrors(unstarted, () =>
      executions.start(name, inputOf(generation, trigger)),
    );
    const said = outcome === 'started' ? 'request taken' : 'request known already';
    logAbout(log, { provider, generationId: undefined, execution: executionArn(name) })(
      'info',
      said,
      { requestId, eventId },
    );
    if (outcome === 'started') return undefined;

    const found = await loggingErrors(unstarted, () => executions.describe(name));
    // Its answers are eventually consistent: whether the request is the same one shows at the next
    // try.
    if (found === undefined)
      throw new ArchiverError(
        'InternalError',
        `the execution name ${name} is taken, but Step Functions does not know it yet`,
      );
    const earlier = inputFrom(found.input);
    if (earlier === undefined || isSameWish(earlier, trigger)) return undefined;
    return invalidRequest([
      {
        field: 'requestId',
        message: 'was used for another request, which stays as it is: name another requestId',
      },
    ]);
  };
};
