import { setTimeout as pause } from 'node:timers/promises';
import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { eventSource } from '../../lambdas/contract/results.ts';

/** A result, as a consumer gets it. */
const resultSchema = z.object({
  'detail-type': z.string(),
  detail: z.object({
    generationId: z.string().optional(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    artifacts: z
      .array(z.object({ bucket: z.string(), key: z.string(), bytes: z.number() }))
      .optional(),
  }),
});

/** See {@link resultSchema}. */
export type SeenResult = z.infer<typeof resultSchema>;

/** What arrives on the bus while the checks run. */
export interface Results {
  /** The next end of a generation; `undefined` where none came in time. */
  next(generationId: string, seconds: number): Promise<SeenResult | undefined>;
  /** Removes queue and rule. */
  close(): Promise<void>;
}

/** Kinds after which a generation goes on. */
const goesOn = ['Generation Accepted', 'Generation Awaiting Input', 'Generation Progress'];

/**
 * Listens as a consumer does: a rule on the bus, and a queue of its own, both only as long as the
 * checks run.
 *
 * @param name of both
 */
export const listen = async (
  { events, sqs }: { readonly events: EventBridgeClient; readonly sqs: SQSClient },
  EventBusName: string,
  name: string,
): Promise<Results> => {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const Resource = Attributes?.['QueueArn'];
  const EventPattern = JSON.stringify({ source: [eventSource] });
  const { RuleArn } = await events.send(
    new PutRuleCommand({ Name: name, EventBusName, EventPattern }),
  );
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource,
    Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const Targets = [{ Id: 'queue', Arn: Resource }];
  await events.send(new PutTargetsCommand({ Rule: name, EventBusName, Targets }));
  const seen: SeenResult[] = [];
  return {
    next: async (generationId, seconds) => {
      const until = Date.now() + seconds * 1000;
      for (;;) {
        const index = seen.findIndex(
          (result) =>
            result.detail.generationId === generationId && !goesOn.includes(result['detail-type']),
        );
        if (index >= 0) return seen.splice(index, 1)[0];
        if (Date.now() > until) return undefined;
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }),
        );
        for (const { Body = '' } of Messages) {
          const result = resultSchema.safeParse(JSON.parse(Body));
          if (result.success) seen.push(result.data);
        }
        if (Messages.length === 0) await pause(200);
      }
    },
    close: async () => {
      await events.send(new RemoveTargetsCommand({ Rule: name, EventBusName, Ids: ['queue'] }));
      await events.send(new DeleteRuleCommand({ Name: name, EventBusName }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
};
