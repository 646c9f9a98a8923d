import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import {
  cancelledDetailSchema,
  eventSource,
  notStartedDetailSchema,
  progressDetailSchema,
  rejectedDetailSchema,
  resultDetailSchema,
  resultDetailTypes,
  type ResultDetailType,
} from '../../../lambdas/contract/results.ts';
import type { Aws } from './aws.ts';
import { runFolder } from './folders.ts';

const envelope = { id: z.string(), source: z.literal(eventSource), time: z.string() };

/** What consumers receive: every event that arrives is held against the published schemas. */
const resultEventSchema = z.union([
  z.object({
    ...envelope,
    'detail-type': z.literal('Generation Rejected'),
    detail: rejectedDetailSchema.strict(),
  }),
  z.object({
    ...envelope,
    'detail-type': z.literal('Generation Not Started'),
    detail: notStartedDetailSchema.strict(),
  }),
  z.object({
    ...envelope,
    'detail-type': z.literal('Generation Progress'),
    // It never tells one; so that all events can be asked.
    detail: progressDetailSchema.strict().extend({ error: z.undefined().optional() }),
  }),
  z.object({
    ...envelope,
    'detail-type': z.literal('Generation Cancelled'),
    detail: cancelledDetailSchema.strict(),
  }),
  z.object({
    ...envelope,
    'detail-type': z
      .enum(resultDetailTypes)
      .exclude([
        'Generation Cancelled',
        'Generation Not Started',
        'Generation Progress',
        'Generation Rejected',
      ]),
    detail: resultDetailSchema.strict(),
  }),
]);

/** An event of the archiver as a consumer receives it. */
export type ResultEvent = z.infer<typeof resultEventSchema>;

/** Everything that the archiver has announced so far. */
export interface ResultEvents {
  readonly all: readonly ResultEvent[];
  /** The events about one generation, in the order of their arrival. */
  about(generationId: string): readonly ResultEvent[];
  /** Waits for the n-th end of a generation (or its n-th question), which must be of this kind. */
  next(
    generationId: string,
    detailType: ResultDetailType,
    options?: { count?: number; seconds?: number },
  ): Promise<ResultEvent>;
  /** Waits until a condition of the events is met. */
  until(isMet: () => boolean, whatFor: string, seconds?: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Longest wait for an event, in seconds, where a test names none. Generous: other things may run on
 * the machine, and a dead link has three minutes of grace.
 */
const usualSeconds = 320;

/** The events that are no end: the generation goes on. */
const beforeTheEnd: readonly ResultDetailType[] = [
  'Generation Accepted',
  'Generation Progress',
  'Generation Awaiting Input',
];

const ruleName = 'end-to-end-results';

const createQueue = async ({ sqs, events }: Aws, busName: string): Promise<string> => {
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: `results-of-${busName}` }),
  );
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const arn = Attributes?.['QueueArn'];
  if (QueueUrl === undefined || arn === undefined)
    throw new Error('the queue for results was not made');
  const pattern = JSON.stringify({ source: [eventSource] });
  await events.send(
    new PutRuleCommand({ Name: ruleName, EventBusName: busName, EventPattern: pattern }),
  );
  await events.send(
    new PutTargetsCommand({
      Rule: ruleName,
      EventBusName: busName,
      Targets: [{ Id: 'queue', Arn: arn }],
    }),
  );
  // As AWS has it: a target that EventBridge may send to.
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  return QueueUrl;
};

/** Collects what arrives on a bus: a rule for the archiver's events, and a queue as its target. */
export const collectResults = async (aws: Aws, busName: string): Promise<ResultEvents> => {
  const QueueUrl = await createQueue(aws, busName);
  const all: ResultEvent[] = [];
  let problem: Error | undefined;
  const stopping = new AbortController();

  const receive = async (): Promise<void> => {
    const { Messages = [] } = await aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    if (Messages.length === 0) return;
    for (const { Body = '' } of Messages) {
      appendFileSync(join(runFolder, 'events.jsonl'), `${Body}\n`);
      all.push(resultEventSchema.parse(JSON.parse(Body)));
    }
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
    }));
    await aws.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  };

  const receiving = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await receive();
      } catch (error) {
        problem = error instanceof Error ? error : new Error(String(error));
        return;
      }
    }
  })();

  const about = (generationId: string): ResultEvent[] =>
    all.filter(({ detail }) => 'generationId' in detail && detail.generationId === generationId);

  const until: ResultEvents['until'] = async (isMet, whatFor, seconds = usualSeconds) => {
    const deadline = Date.now() + seconds * 1000;
    while (!isMet()) {
      if (problem !== undefined)
        throw new Error(`receiving events failed: ${problem.message}`, { cause: problem });
      if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${whatFor}`);
      await pause(100);
    }
  };

  return {
    all,
    about,
    until,
    next: async (generationId, detailType, { count = 1, seconds } = {}) => {
      const isEnd = !beforeTheEnd.includes(detailType);
      const counts = (type: ResultDetailType): boolean =>
        isEnd ? !beforeTheEnd.includes(type) : type === detailType;
      const nth = (): ResultEvent | undefined =>
        about(generationId).filter((event) => counts(event['detail-type']))[count - 1];
      try {
        await until(() => nth() !== undefined, `'${detailType}' about ${generationId}`, seconds);
        const event = nth();
        if (event?.['detail-type'] === detailType) return event;
        throw new Error(`'${detailType}' was expected`);
      } catch (error) {
        const seen = about(generationId).map(
          (event) => `${event['detail-type']} ${JSON.stringify(event.detail.error ?? '')}`,
        );
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`${message}; seen: ${seen.join(', ') || 'nothing'}`, { cause: error });
      }
    },
    stop: async () => {
      stopping.abort();
      await receiving;
    },
  };
};
