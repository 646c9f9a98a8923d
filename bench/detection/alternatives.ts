import type { Random } from '../../lambdas/contract/ports.ts';
import { answerSeconds, checkMegabytes, invocationPrice, prices, warmSeconds } from './prices.ts';

/** What one generation comes to with an alternative. */
export interface AlternativeOutcome {
  readonly lagSeconds: number;
  readonly requests: number;
  /** Absent where the alternative has no price per generation. */
  readonly dollars?: number;
}

/** A way of checking that others publish, told by how one generation fares with it. */
export interface Alternative {
  readonly name: string;
  /** Source of its shape. */
  readonly source: string;
  follow(lengthSeconds: number, random: Random): AlternativeOutcome;
}

/** One check in a warm invocation of its own, in as much memory as the archiver's, on Arm. */
const singleCheck = invocationPrice(answerSeconds + warmSeconds, checkMegabytes);

/** Requests that a pause follows, from request to request, until one finds the job done. */
const poll = (
  lengthSeconds: number,
  firstSeconds: number,
  pauseAfter: (requests: number, at: number) => number,
): { requests: number; lagSeconds: number } => {
  let at = firstSeconds;
  let requests = 1;
  for (; at < lengthSeconds; requests += 1) at += pauseAfter(requests, at);
  return { requests, lagSeconds: at - lengthSeconds };
};

/**
 * States that a loop has beside its polls: submit, the final status, and (as everywhere) a copy and
 * an announcement.
 */
const statesBesidePolls = 4;

const loopOnStepFunctions = (requests: number): number =>
  (requests * 3 + statesBesidePolls) * prices.stateTransition + (requests + 2) * singleCheck;

/**
 * The Step Functions job poller: Wait, a task that asks, a Choice; the first check comes after the
 * first wait.
 */
export const jobPoller = (seconds: number): Alternative => ({
  name: `Step Functions job poller, ${seconds} s`,
  source: 'aws-samples/aws-cdk-examples, typescript/stepfunctions-job-poller',
  follow: (lengthSeconds) => {
    const { requests, lagSeconds } = poll(lengthSeconds, seconds, () => seconds);
    return { lagSeconds, requests: requests + 1, dollars: loopOnStepFunctions(requests) };
  },
});

/**
 * States of a machine that waits for a queue's answer and then does the same as everywhere: send and
 * wait for the token, branch, copy, branch, announce.
 */
const statesBesideQueue = 5;

/** A message that is sent with a delay, received and deleted. */
const requestsPerMessage = 3;

/**
 * The cheapest on AWS: a message waits in a queue, is received, checks, and is sent again; the last
 * one answers a task token. The requests of a queue that is polled while it is empty are left out.
 */
export const queueTimer = (seconds: number, firstSeconds: number): Alternative => ({
  name: 'SQS timer and task token',
  source: 'Amazon SQS Developer Guide, "message timers": DelaySeconds, up to 900',
  follow: (lengthSeconds) => {
    const { requests, lagSeconds } = poll(lengthSeconds, firstSeconds, () => seconds);
    return {
      lagSeconds,
      requests,
      dollars:
        statesBesideQueue * prices.stateTransition +
        requests * (singleCheck + requestsPerMessage * prices.sqsRequest),
    };
  },
});

/** A delay of a minute, then a check each minute; charged as a state machine of that shape. */
export const fixedDelay: Alternative = {
  name: 'delay of 60 s, then each 60 s',
  source: 'Gamma, Poll for results, Using automation platforms: Zapier',
  follow: (lengthSeconds) => {
    const { requests, lagSeconds } = poll(lengthSeconds, 60, () => 60);
    return { lagSeconds, requests, dollars: loopOnStepFunctions(requests) };
  },
};

/**
 * The example flow of Gamma's own node. It is run by a server that is paid by the month: no price
 * per generation.
 */
export const n8nExample: Alternative = {
  name: 'n8n example, 30 s',
  source: 'gamma-app/n8n-nodes-gamma, examples/auto-polling-workflow.json',
  follow: (lengthSeconds) => poll(lengthSeconds, 30, () => 30),
};

/**
 * Operations of a durable function beside its polls: waiting for the condition, the copy, the
 * announcement.
 */
const operationsBesidePolls = 3;

const durable = ({ requests, lagSeconds }: ReturnType<typeof poll>): AlternativeOutcome => ({
  lagSeconds,
  requests,
  dollars: (requests + operationsBesidePolls) * prices.durableOperation + requests * singleCheck,
});

const durableSource =
  'AWS Lambda durable functions, waitForCondition: the first check is immediate, one operation per poll';

/** A durable function that waits a fixed time between checks. */
export const durableFixed = (seconds: number): Alternative => ({
  name: `durable function, ${seconds} s`,
  source: durableSource,
  follow: (lengthSeconds) => durable(poll(lengthSeconds, 0, () => seconds)),
});

/**
 * A durable function with the waits of another schedule: for what the same checks would cost there.
 */
export const durableWith = (
  name: string,
  firstSeconds: number,
  pauseAfter: (requests: number, at: number, random: Random) => number,
): Alternative => ({
  name,
  source: durableSource,
  follow: (lengthSeconds, random) =>
    durable(poll(lengthSeconds, firstSeconds, (requests, at) => pauseAfter(requests, at, random))),
});

/**
 * createWaitStrategy of @aws/durable-execution-sdk-js: 5 s, half as much again each time, at most
 * 300 s, full jitter.
 */
export const durableDefault: Alternative = durableWith(
  'durable function, default strategy',
  0,
  (requests, _, random) => Math.max(1, Math.min(300, 5 * 1.5 ** (requests - 1)) * random()),
);
