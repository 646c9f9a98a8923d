import { setTimeout as pause } from 'node:timers/promises';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Aws } from '../../e2e/harness/aws.ts';

/** Longest wait for a message, in seconds. */
const patienceSeconds = 60;

/**
 * The next message of a queue, taken out of it.
 *
 * @throws where none comes
 */
export const nextMessage = async ({ sqs }: Aws, QueueUrl: string): Promise<string> => {
  for (
    const deadline = Date.now() + patienceSeconds * 1000;
    Date.now() < deadline;
    await pause(200)
  ) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }),
    );
    const [message] = messages;
    if (message?.Body === undefined) continue;
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    return message.Body;
  }
  throw new Error(`waited ${patienceSeconds} s in vain for a message in ${QueueUrl}`);
};
