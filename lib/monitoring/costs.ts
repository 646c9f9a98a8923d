import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { runPrices } from './prices.ts';
import type { Watched } from './watched.ts';

/** Each call of the checks machine and the Choice after it; a pause between two is not counted. */
const statesPerRound = 2;

/** The announcement. */
const statesPerExecution = 1;

const statesPerCopy = 2;

/** Which start, the start and its Choice, and the announcement of the id. */
const statesPerStart = 4;

/** Which export, and the request. The copy that follows counts for itself. */
const statesPerExport = 2;

/** Megabytes that a small Express state machine is charged by. */
const expressMegabytes = 64;

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
  starts,
  exports,
  copyExports,
  stateMachine,
  checksMachine,
}: Watched): MathExpression => {
  const repeated = [
    { each: statesPerStart, metrics: invocations('starts', starts) },
    { each: statesPerExport, metrics: invocations('exports', exports) },
  ].filter(({ metrics }) => metrics.length > 0);
  const terms = [
    `${statesPerExecution} * FILL(started, 0)`,
    `${statesPerRound} * FILL(rounds, 0)`,
    `${statesPerCopy} * FILL(copies, 0)`,
    ...repeated.map(
      ({ each, metrics }) => `${each} * (${metrics.map(([id]) => `FILL(${id}, 0)`).join(' + ')})`,
    ),
  ];
  return new MathExpression({
    label: 'State transitions',
    expression: `(${terms.join(' + ')}) * ${runPrices.stateTransition.toFixed(6)}`,
    usingMetrics: {
      started: stateMachine.metricStarted({ period, statistic }),
      rounds: checksMachine.metricStarted({ period, statistic }),
      copies: copyExports.metricInvocations({ period, statistic }),
      ...Object.fromEntries(repeated.flatMap(({ metrics }) => metrics)),
    },
    period,
  });
};

/** What AWS charges for the executions of the checks machine and for the time that they wait. */
const waitingCost = ({ checksMachine }: Watched): MathExpression => {
  const perMillisecond = (expressMegabytes / 1024) * (runPrices.expressGigabyteSecond / 1000);
  return new MathExpression({
    label: 'Waiting',
    expression: `FILL(waits, 0) * ${runPrices.expressExecution.toFixed(6)} + FILL(waited, 0) * ${perMillisecond.toFixed(16)}`,
    usingMetrics: {
      waits: checksMachine.metricStarted({ period, statistic }),
      // Step Functions Developer Guide, "Monitoring with CloudWatch", Express Workflow metrics: in
      // milliseconds.
      waited: checksMachine.metric('ExpressExecutionBilledDuration', { period, statistic }),
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
  const waiting = waitingCost(watched);
  const checks = lambdaCost(
    'check',
    'Status checks',
    statusChecks.map((check) => check.function),
  );
  const ofProviders = [...starts, ...exports, ...replies].map((one) => one.function);
  const restOfFunctions = [intake, copyExports, stoppedExecutions, sweep, ...ofProviders];
  const others = lambdaCost('other', 'Intake, copies, others', restOfFunctions);
  const usingMetrics = { transitions, waiting, checks, others };
  const total = new MathExpression({
    label: 'Dollars',
    expression: 'transitions + waiting + checks + others',
    usingMetrics,
    period,
  });
  const perThousand = new MathExpression({
    label: 'Dollars per 1,000 generations',
    expression: '1000 * total / generations',
    usingMetrics: { total, generations: stateMachine.metricStarted({ period, statistic }) },
    period,
  });
  return { transitions, waiting, checks, others, total, perThousand };
};
