import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { runPrices } from './prices.ts';
import type { Watched } from './watched.ts';

/** A Wait, the check itself and its Choice. */
const statesPerCheck = 3;

/**
 * The first Choice and the announcement, less the Wait that a first check does without as a rule.
 */
const statesPerExecution = 1;

const statesPerCopy = 2;

/**
 * The start and its Choice, the announcement of the id, and the Choice of the provider once more.
 */
const statesPerStart = 4;

/** The Choice of the provider, and the request. The copy that follows counts for itself. */
const statesPerExport = 2;

const period = Duration.hours(1);

const statistic = Stats.SUM;

/** AWS Lambda API Reference, "CreateFunction": the default, in megabytes. */
const defaultMemory = 128;

const megabytesOf = (one: LambdaFunction): number => {
  const resource = one.node.defaultChild;
  return resource instanceof CfnFunction ? (resource.memorySize ?? defaultMemory) : defaultMemory;
};

/**
 * What AWS charges for the invocations of functions. A metric's id in an expression begins in lower
 * case.
 */
const lambdaCost = (
  prefix: string,
  label: string,
  functions: readonly LambdaFunction[],
): MathExpression => {
  const terms = functions.map((one, index) => {
    const perMillisecond = (megabytesOf(one) / 1024) * (runPrices.lambdaGigabyteSecond / 1000);
    return `FILL(${prefix}Calls${index}, 0) * ${runPrices.lambdaRequest.toFixed(7)} + FILL(${prefix}Time${index}, 0) * ${perMillisecond.toFixed(16)}`;
  });
  const metrics = functions.flatMap((one, index): [string, IMetric][] => [
    [`${prefix}Calls${index}`, one.metricInvocations({ period, statistic })],
    [`${prefix}Time${index}`, one.metricDuration({ period, statistic })],
  ]);
  return new MathExpression({
    label,
    expression: terms.join(' + '),
    usingMetrics: Object.fromEntries(metrics),
    period,
  });
};

/** Invocations of functions, by the ids that an expression has for them. */
const invocations = (prefix: string, functions: Watched['exports']): [string, IMetric][] =>
  functions.map((one, index) => [
    `${prefix}${index}`,
    one.function.metricInvocations({ period, statistic }),
  ]);

const transitionCost = ({
  statusChecks,
  starts,
  exports,
  copyExports,
  stateMachine,
}: Watched): MathExpression => {
  const repeated = [
    { each: statesPerCheck, metrics: invocations('checks', statusChecks) },
    { each: statesPerStart, metrics: invocations('starts', starts) },
    { each: statesPerExport, metrics: invocations('exports', exports) },
  ].filter(({ metrics }) => metrics.length > 0);
  const terms = repeated.map(
    ({ each, metrics }) => `${each} * (${metrics.map(([id]) => `FILL(${id}, 0)`).join(' + ')})`,
  );
  const states = `${statesPerExecution} * FILL(started, 0) + ${terms.join(' + ')} + ${statesPerCopy} * FILL(copies, 0)`;
  return new MathExpression({
    label: 'State transitions',
    expression: `(${states}) * ${runPrices.stateTransition.toFixed(6)}`,
    usingMetrics: {
      started: stateMachine.metricStarted({ period, statistic }),
      copies: copyExports.metricInvocations({ period, statistic }),
      ...Object.fromEntries(repeated.flatMap(({ metrics }) => metrics)),
    },
    period,
  });
};

/**
 * What orchestration and functions cost, in dollars an hour, estimated from what AWS counts anyway.
 * Not in it: requests to S3, events, logs, metrics, and what the account gets for free.
 */
export const estimatedCosts = (watched: Watched) => {
  const {
    intake,
    copyExports,
    stoppedExecutions,
    sweep,
    replies,
    starts,
    exports,
    statusChecks,
    stateMachine,
  } = watched;
  const transitions = transitionCost(watched);
  const checks = lambdaCost(
    'check',
    'Status checks',
    statusChecks.map((check) => check.function),
  );
  const ofProviders = [...starts, ...exports, ...replies].map((one) => one.function);
  const restOfFunctions = [intake, copyExports, stoppedExecutions, sweep, ...ofProviders];
  const others = lambdaCost('other', 'Intake, copies, others', restOfFunctions);
  const usingMetrics = { transitions, checks, others };
  const total = new MathExpression({
    label: 'Dollars',
    expression: 'transitions + checks + others',
    usingMetrics,
    period,
  });
  const perThousand = new MathExpression({
    label: 'Dollars per 1,000 generations',
    expression: '1000 * total / generations',
    usingMetrics: { total, generations: stateMachine.metricStarted({ period, statistic }) },
    period,
  });
  return { transitions, checks, others, total, perThousand };
};
