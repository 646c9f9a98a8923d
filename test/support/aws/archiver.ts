import {
  executionName,
  requestExecutionName,
} from '../../../lambdas/handlers/intake/execution-names.ts';
import { resourcesXml, stackXml, type Answer, type Answers, type Asked } from './stand-in.ts';

/** Name of the state machine of {@link archiverAnswers}. */
export const stateMachineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:Archiver';

/** An execution of the stand-in. Times are seconds since 1970. */
export interface StandInExecution {
  readonly name: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly startDate: number;
  readonly stopDate?: number;
  readonly input: object;
  readonly output?: object;
  /** What the last state of one that failed was given; absent where the history does not tell. */
  readonly lastState?: object;
  readonly error?: string;
  readonly cause?: string;
}

/** When the executions of the stand-in began, seconds since 1970: 2026-11-26T10:00:00Z. */
export const beginning = 1_795_687_200;

const bucket = 'archive';

/** An artifact that a generation may have. */
export const artifactOf = (provider: string, id: string, format: 'pdf' | 'pptx' = 'pdf') => ({
  bucket,
  key: `${provider}/${id}/presentation.${format}`,
  uri: `s3://${bucket}/${provider}/${id}/presentation.${format}`,
  format,
  contentType: 'application/pdf',
  bytes: 482_133,
  sha256: '5f2c1f2a0d3c8a5c3f4a2e1b9d8c7b6a5f4e3d2c1b0a99887766554433221100',
});

/** What makes one execution of the stand-in differ from another. */
export interface Making {
  readonly provider?: string;
  readonly id: string;
  readonly run?: number;
  readonly secondsAfter?: number;
  readonly metadata?: object;
  readonly error?: string;
  readonly cause?: string;
  readonly status?: StandInExecution['status'];
  readonly exportAs?: readonly string[];
  readonly requested?: boolean;
  /** The id that the provider gave a request, which failed later. */
  readonly given?: string;
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** The result of a start that failed. */
const notStarted = (
  generation: object,
  requestedAt: string,
  error: { readonly code: string; readonly message: string },
) => ({
  detailType: 'Generation Not Started',
  detail: {
    ...generation,
    version: '1',
    error,
    timing: { requestedAt, endedAt: requestedAt, checks: 0 },
    execution: 'arn',
  },
});

/** Makes an execution as intake and the machine would have left it. */
export const execution = ({
  provider = 'gamma',
  id,
  run = 1,
  secondsAfter = 0,
  metadata = {},
  error,
  cause,
  exportAs,
  requested = false,
  given,
  status = error === undefined ? 'SUCCEEDED' : 'FAILED',
}: Making): StandInExecution => {
  const startDate = beginning + secondsAfter;
  const generation = {
    provider,
    generationId: requested ? '' : id,
    ...(requested ? { requestId: id } : {}),
    credential: 'default',
    refresh: false,
    metadata,
    ...(exportAs === undefined ? {} : { exportAs }),
    requestedAt: iso(startDate - 1),
    deadline: iso(startDate + 3599),
    eventId: `event-${id}-${run}`,
  };
  const input = {
    generation,
    poll: {},
    copy: {},
    ...(requested ? { request: { inputText: 'Bread' } } : {}),
  };
  const problem = { code: error ?? '', message: cause ?? `what ${error} means` };
  /** As the state `Not started` is given it, or one that comes after the acceptance. */
  const lastState =
    given === undefined
      ? { ...input, start: { result: notStarted(generation, iso(startDate), problem) } }
      : { ...input, generation: { ...generation, generationId: given } };
  const manifest = {
    bucket,
    key: `${provider}/${id}/manifest.json`,
    uri: `s3://${bucket}/${provider}/${id}/manifest.json`,
  };
  const detail = {
    version: '1',
    provider,
    generationId: id,
    credential: 'default',
    metadata,
    artifacts: [artifactOf(provider, id)],
    manifest,
    timing: { requestedAt: iso(startDate - 1), endedAt: iso(startDate + 131), checks: 23 },
    execution: 'arn',
  };
  return {
    name: requested
      ? requestExecutionName({ provider, requestId: id })
      : executionName({ provider, generationId: id }, run),
    status,
    startDate,
    ...(status === 'RUNNING' ? {} : { stopDate: startDate + 131 }),
    input,
    ...(status === 'SUCCEEDED'
      ? {
          output: {
            ...input,
            copy: { next: 'succeed', result: { detailType: 'Generation Archived', detail } },
          },
        }
      : {}),
    ...(error === undefined ? {} : { error, cause: problem.message, lastState }),
  };
};

/** Outputs of the stand-in's stack. */
export const outputs: Readonly<Record<string, string>> = {
  ArtifactsBucketName: bucket,
  EventBusName: 'generation-archiver',
  StateMachineArn: stateMachineArn,
  DeadLetterQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/letters',
  Providers: 'gamma,chronicle,duomi,perceptis',
  SecretPrefix: 'generation-archiver',
  KeyPrefix: '/',
  Version: '0.1.0',
};

/** The history from its end on: how it ended, and what the last state was given. */
const historyOf = ({ status, error, cause, lastState }: StandInExecution): object[] => [
  {
    id: 9,
    timestamp: beginning,
    ...(status === 'ABORTED'
      ? { type: 'ExecutionAborted', executionAbortedEventDetails: { error, cause } }
      : { type: 'ExecutionFailed', executionFailedEventDetails: { error, cause } }),
  },
  ...(lastState === undefined
    ? []
    : [
        {
          id: 8,
          timestamp: beginning,
          type: 'FailStateEntered',
          stateEnteredEventDetails: { name: 'The end', input: JSON.stringify(lastState) },
        },
      ]),
];

const arnOf = (name: string): string =>
  `${stateMachineArn.replace('stateMachine', 'execution')}:${name}`;

const listed = ({ name, status, startDate, stopDate }: StandInExecution) => ({
  executionArn: arnOf(name),
  stateMachineArn,
  name,
  status,
  startDate,
  stopDate,
});

const listExecutions = (all: readonly StandInExecution[], input: Asked['input']): Answer => {
  const {
    statusFilter,
    maxResults = 100,
    nextToken = '0',
  } = input as { statusFilter?: string; maxResults?: number; nextToken?: string };
  const wanted =
    statusFilter === undefined ? all : all.filter(({ status }) => status === statusFilter);
  const from = Number(nextToken);
  const page = wanted.slice(from, from + maxResults).map(listed);
  return {
    json: {
      executions: page,
      ...(from + maxResults < wanted.length ? { nextToken: String(from + maxResults) } : {}),
    },
  };
};

/**
 * An archiver in the stand-in: its stack, executions (newest first), log lines and objects.
 *
 * @param others answers what else is asked
 */
export const archiverAnswers = (
  executions: readonly StandInExecution[],
  {
    lines = [],
    objects = {},
    others,
  }: {
    readonly lines?: readonly object[];
    readonly objects?: Readonly<Record<string, Buffer>>;
    readonly others?: (asked: Asked) => Answer | undefined;
  } = {},
): Answers => {
  const byArn = new Map(executions.map((one) => [arnOf(one.name), one]));
  return (asked) => {
    const { action, input } = asked;
    const other = others?.(asked);
    if (other !== undefined) return other;
    switch (action) {
      case 'cloudformation:DescribeStacks':
        return input['StackName'] === 'GenerationArchiver'
          ? { xml: stackXml('GenerationArchiver', outputs) }
          : {
              error: 'ValidationError',
              message: `Stack with id ${String(input['StackName'])} does not exist`,
            };
      case 'cloudformation:ListStackResources':
        return {
          xml: resourcesXml([
            ['AWS::Logs::LogGroup', 'ArchiverStatusChecksCheckGammaLog1', 'checks-of-gamma'],
            ['AWS::Logs::LogGroup', 'ArchiverIntakeFunctionLog1', 'intake'],
          ]),
        };
      case 'states:ListExecutions':
        return listExecutions(executions, input);
      case 'states:DescribeExecution': {
        const found = byArn.get(String(input['executionArn']));
        if (found === undefined) return { error: 'ExecutionDoesNotExist' };
        const { input: given, output, error, cause } = found;
        return {
          json: {
            ...listed(found),
            input: JSON.stringify(given),
            ...(output === undefined ? {} : { output: JSON.stringify(output) }),
            // Of a failed execution alone (Step Functions API Reference, "DescribeExecution").
            ...(found.status === 'ABORTED' ? {} : { error, cause }),
          },
        };
      }
      case 'states:GetExecutionHistory': {
        const found = byArn.get(String(input['executionArn']));
        return { json: { events: found === undefined ? [] : historyOf(found) } };
      }
      case 'logs:FilterLogEvents':
        return {
          json: {
            events:
              input['logGroupName'] === 'intake'
                ? []
                : lines.map((line) => ({ message: JSON.stringify(line) })),
          },
        };
      case 'events:PutEvents': {
        const { Entries: entries } = input as { Entries: object[] };
        return {
          json: {
            FailedEntryCount: 0,
            Entries: entries.map((_, index) => ({ EventId: `sent-${index}` })),
          },
        };
      }
      case 's3:GET': {
        const key = decodeURIComponent(String(input['path']).split('?')[0] ?? '').replace(
          `/${bucket}/`,
          '',
        );
        const found = objects[key];
        return found === undefined ? { error: 'NoSuchKey', status: 404 } : { bytes: found };
      }
    }
    throw new Error(`nobody said what ${action} answers`);
  };
};
