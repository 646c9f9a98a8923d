import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { runPrices } from './prices.ts';
import type { Watched } from './watched.ts';

/** A Wait, the check itself and its Choice. */
const statesPerCheck = 3;

/** The first Choice and the announcement, less the Wait that a first check does without as a rule. */
const statesPerExecution = 1;

const statesPerCopy = 2;

const period = Duration.hours(1);

const statistic = Stats.SUM;

/** AWS Lambda API Reference, "CreateFunction": the default, in megabytes. */
const defaultMemory = 128;

const megabytesOf = (one: LambdaFunction): number => {
  const resource = one.node.defaultChild;
  return resource instanceof CfnFunction ? (resource.memorySize ?? defaultMemory) : defaultMemory;
};

/** What AWS charges for the invocations of functions. A metric's id in an expression begins in lower case. */
const lambdaCost = (prefix: string, label: string, functions: readonly LambdaFunction[]): MathExpression => {
  const terms = functions.map((one, index) => {
    const perMillisecond = (megabytesOf(one) / 1024) * (runPrices.lambdaGigabyteSecond / 1000);
    return `FILL(${prefix}Calls${index}, 0) * ${runPrices.lambdaRequest.toFixed(7)} + FILL(${prefix}Time${index}, 0) * ${perMillisecond.toFixed(16)}`;
  });
  const metrics = functions.flatMap((one, index): [string, IMetric][] => [
    [`${prefix}Calls${index}`, one.metricInvocations({ period, statistic })],
    [`${prefix}Time${index}`, one.metricDuration({ period, statistic })],
  ]);
  return new MathExpression({ label, expression: terms.join(' + '), usingMetrics: Object.fromEntries(metrics), period });
};

const transitionCost = ({ statusChecks, copyExports, stateMachine }: Watched): MathExpression => {
  const checks = statusChecks.map((check, index): [string, IMetric] => [
    `checks${index}`,
    check.function.metricInvocations({ period, statistic }),
  ]);
  const ofChecks = checks.map(([id]) => `FILL(${id}, 0)`).join(' + ');
  const states = `${statesPerExecution} * FILL(started, 0) + ${statesPerCheck} * (${ofChecks}) + ${statesPerCopy} * FILL(copies, 0)`;
  return new MathExpression({
    label: 'State transitions',
    expression: `(${states}) * ${runPrices.stateTransition.toFixed(6)}`,
    usingMetrics: {
      started: stateMachine.metricStarted({ period, statistic }),
      copies: copyExports.metricInvocations({ period, statistic }),
      ...Object.fromEntries(checks),
    },
    period,
  });
};

/**
 * What orchestration and functions cost, in dollars an hour, estimated from what AWS counts anyway. Not in it: requests to S3,
 * events, logs, metrics, and what the account gets for free.
 */
export const estimatedCosts = (watched: Watched) => {
  const { intake, copyExports, stoppedExecutions, replies, statusChecks, stateMachine } = watched;
  const transitions = transitionCost(watched);
  const checks = lambdaCost('check', 'Status checks', statusChecks.map((check) => check.function));
  const restOfFunctions = [intake, copyExports, stoppedExecutions, ...replies.map((reply) => reply.function)];
  const others = lambdaCost('other', 'Intake, copies, others', restOfFunctions);
  const usingMetrics = { transitions, checks, others };
  const total = new MathExpression({ label: 'Dollars', expression: 'transitions + checks + others', usingMetrics, period });
  const perThousand = new MathExpression({
    label: 'Dollars per 1,000 generations',
    expression: '1000 * total / generations',
    usingMetrics: { total, generations: stateMachine.metricStarted({ period, statistic }) },
    period,
  });
  return { transitions, checks, others, total, perThousand };
};
