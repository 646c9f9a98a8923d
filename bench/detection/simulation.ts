import type { JsonValue } from '../../lambdas/contract/json.ts';
import type { Executions, Random } from '../../lambdas/contract/ports.ts';
import { executionInputSchema, type ExecutionInput } from '../../lambdas/contract/state.ts';
import { createCheckStatus } from '../../lambdas/handlers/check-status.ts';
import { createIntake } from '../../lambdas/handlers/intake/intake.ts';
import type { Report } from '../../lambdas/polling/status.ts';
import { builtIn } from '../../lambdas/providers/registry.ts';
import type { Deployment } from './deployment.ts';
import { createEnvironments, type CheckStatus } from './environments.ts';
import {
  answerSeconds,
  coldSeconds,
  expressPrice,
  expressSeconds,
  intakeSeconds,
  invocationPrice,
  prices,
  warmSeconds,
} from './prices.ts';
import { answerAt, openGate, type Gate, type Job } from './provider-model.ts';
import { TaskFailure } from './task-errors.ts';
import { createVirtualTime } from './virtual-time.ts';
import { walkGeneration, type GenerationWalk } from './walker.ts';

/** What one generation came to. */
export interface Outcome {
  readonly job: Job;
  /** Whether it ended as archived. */
  readonly archived: boolean;
  /** Seconds from the end of the job to the request that found it. */
  readonly lagSeconds: number;
  readonly requests: number;
  readonly transitions: number;
  readonly lambdaSeconds: number;
  /** Seconds of the checks machine, as they are charged. */
  readonly expressSeconds: number;
  /** Orchestration and checking; not the copy's own work. */
  readonly dollars: number;
}

/** A request as an observer sees it. */
export interface Asked {
  readonly job: Job;
  readonly at: number;
  readonly report: Report;
}

/** A simulation. */
export interface SimulationOptions {
  readonly deployment: Deployment;
  readonly jobs: readonly Job[];
  readonly random: Random;
  readonly gate?: Gate;
  readonly timeoutMinutes?: number;
  readonly onAsked?: (asked: Asked) => void;
  readonly onWalked?: (walk: GenerationWalk) => void;
  /** Status checks that may run at the same time: `maxConcurrentChecks`; absent: no limit. */
  readonly maxConcurrentChecks?: number;
  /** Told when an invocation of a check begins (1) and ends (-1). */
  readonly onConcurrency?: (change: 1 | -1, at: number) => void;
}

/** Bytes of state data that an execution is reckoned to hold at most (Step Functions quotas). */
const largestData = 262_144;

interface Account {
  requests: number;
  lambdaSeconds: number;
  dollars: number;
  foundAt: number | undefined;
}

const archivedCopy: JsonValue = {
  next: 'succeed',
  result: { detailType: 'Generation Archived', detail: { version: '1' } },
};

const nothing = async (): Promise<void> => undefined;

/** What crosses the border of a function is JSON. */
const acrossBorder = (value: object): JsonValue => JSON.parse(JSON.stringify(value)) as JsonValue;

const found = <T>(value: T | undefined, id: string): T => {
  if (value === undefined) throw new Error(`the simulation knows nothing of ${id}`);
  return value;
};

const unmeasured = (): void => undefined;

/**
 * Runs generations through the real intake, the synthesised definitions, the real check handler and
 * the real policy.
 */
export const simulate = async (options: SimulationOptions): Promise<Outcome[]> => {
  const {
    deployment,
    jobs,
    random,
    gate = openGate,
    timeoutMinutes,
    onAsked,
    onWalked,
    onConcurrency,
    maxConcurrentChecks = Number.POSITIVE_INFINITY,
  } = options;
  const { definitions, settings, megabytes } = deployment;
  const time = createVirtualTime(Math.min(...jobs.map(({ startedAt }) => startedAt)));
  const { clock } = time;
  const accounts = new Map<string, Account>();
  const jobById = new Map(jobs.map((job) => [job.generationId, job]));
  const outcomes: Outcome[] = [];
  const bytes = JSON.stringify(definitions.checks).length + largestData;

  const charge = (account: Account, seconds: number, task: string): void => {
    account.lambdaSeconds += seconds;
    account.dollars += invocationPrice(seconds, found(megabytes[task], task));
  };

  const newCheck = (): CheckStatus =>
    createCheckStatus({
      registry: builtIn,
      ask: async ({ generationId }) => {
        const job = found(jobById.get(generationId), generationId);
        const account = found(accounts.get(generationId), generationId);
        const at = clock.now();
        const report = answerAt(job, at, gate);
        account.requests += 1;
        if (report.status.kind === 'ready') account.foundAt ??= at;
        onAsked?.({ job, at, report });
        await clock.sleep(answerSeconds * 1000);
        return report;
      },
      settings,
      clock,
      random,
      log: () => undefined,
      measure: unmeasured,
    });

  const environments = createEnvironments(newCheck, random);
  let running = 0;

  const task =
    (account: Account) =>
    async (name: string, input: JsonValue): Promise<JsonValue> => {
      // The copy's and the announcement's own work is the same whoever does the checking; their
      // states are counted.
      if (name === 'Copy exports') return archivedCopy;
      if (!name.startsWith('Check ')) return {};
      if (running >= maxConcurrentChecks) throw new TaskFailure('Lambda.TooManyRequestsException');
      const began = clock.now();
      running += 1;
      onConcurrency?.(1, began);
      const { environment, isCold } = environments.take(name, began);
      if (isCold) await clock.sleep(coldSeconds * 1000);
      const poll = await environment(input);
      await clock.sleep(warmSeconds * 1000);
      environments.free(name, environment, clock.now());
      running -= 1;
      onConcurrency?.(-1, clock.now());
      charge(account, (clock.now() - began) / 1000, name);
      return acrossBorder(poll);
    };

  const follow = async (name: string, input: ExecutionInput): Promise<void> => {
    const { generationId } = input.generation;
    const job = found(jobById.get(generationId), generationId);
    const account = found(accounts.get(generationId), generationId);
    const walked = await walkGeneration(acrossBorder(input), name, {
      definitions,
      task: task(account),
      clock,
      random,
    });
    onWalked?.(walked);
    const transitions = walked.states.length;
    outcomes.push({
      job,
      archived: walked.status === 'succeeded',
      lagSeconds: ((account.foundAt ?? clock.now()) - job.startedAt) / 1000 - job.lengthSeconds,
      requests: account.requests,
      transitions,
      lambdaSeconds: account.lambdaSeconds,
      expressSeconds: walked.rounds.reduce((sum, { seconds }) => sum + expressSeconds(seconds), 0),
      dollars:
        account.dollars + transitions * prices.stateTransition + expressPrice(walked.rounds, bytes),
    });
  };

  const executions: Executions = {
    start: async (name, input) => {
      const { generation, poll, copy } = executionInputSchema.parse(input);
      time.start(clock.now(), () => follow(name, { generation, poll, copy }));
      return 'started';
    },
    describe: async () => undefined,
    stop: nothing,
    lastState: async () => undefined,
  };
  const intake = createIntake({
    settings,
    bus: { put: nothing },
    executions,
    clock,
    log: () => undefined,
    measure: unmeasured,
    executionArn: (name) => name,
  });
  for (const job of jobs) {
    time.start(job.startedAt, async () => {
      const account: Account = { requests: 0, lambdaSeconds: 0, dollars: 0, foundAt: undefined };
      accounts.set(job.generationId, account);
      charge(account, intakeSeconds, 'intake');
      const { provider, generationId, credential, expectedSeconds } = job;
      const detail = {
        provider,
        generationId,
        credential,
        ...(expectedSeconds === undefined ? {} : { expectedSeconds }),
      };
      await intake({
        id: generationId,
        source: 'bench',
        time: new Date(clock.now()).toISOString(),
        detail: { ...detail, ...(timeoutMinutes === undefined ? {} : { timeoutMinutes }) },
      });
    });
  }
  await time.run();
  if (outcomes.length !== jobs.length)
    throw new Error(`${outcomes.length} of ${jobs.length} generations ended`);
  return outcomes;
};
