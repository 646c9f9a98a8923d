import { InvokeCommand } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import type { DeadLetter } from '../backend.ts';
import { readLetter, type Letter } from '../executions/read-letter.ts';
import type { Clients } from './clients.ts';
import { putEvent } from './put-event.ts';
import type { Deployed } from './stack.ts';

/** Messages that are read at most: a person reads no more. */
const maxLetters = 500;

/** Messages in one answer, and in one batch: SQS's own maximum. */
const batchSize = 10;

/** Seconds for which messages that are read are hidden from others: while they are sent again. */
const hiddenSeconds = 300;

/** Empty answers after which the queue counts as read: one may come from servers that hold none. */
const emptyAnswers = 2;

interface Held {
  readonly letter: Letter;
  readonly receipt: string;
}

const attributesOf = ({ MessageAttributes: attributes = {} }: Message): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue: value = '' }]) => [name, value]),
  );

const heldOf = (message: Message, now: number): Held => ({
  letter: readLetter(message.MessageId ?? '', message.Body ?? '', attributesOf(message), now),
  receipt: message.ReceiptHandle ?? '',
});

/** The dead-letter queue of a deployed archiver. */
export const createDeadLetters = (
  clients: Pick<Clients, 'sqs' | 'events' | 'lambda'>,
  deployed: Pick<Deployed, 'deadLetterQueueUrl' | 'busName' | 'resources'>,
  now: () => number,
) => {
  const queue = { QueueUrl: deployed.deadLetterQueueUrl };
  const held = new Map<string, Held>();
  /** Those who read the letters at this moment: what one holds is hidden from all, and so is shared. */
  let readers = 0;

  const receive = async (): Promise<void> => {
    let empty = 0;
    while (empty < emptyAnswers && held.size < maxLetters) {
      const { Messages: messages = [] } = await clients.sqs.send(
        new ReceiveMessageCommand({
          ...queue,
          MaxNumberOfMessages: batchSize,
          VisibilityTimeout: hiddenSeconds,
          MessageAttributeNames: ['All'],
        }),
      );
      empty = messages.length === 0 ? empty + 1 : 0;
      for (const message of messages) {
        const one = heldOf(message, now());
        held.set(one.letter.id, one);
      }
    }
  };

  /** Gives the event to the function that it did not reach. @returns why not, where there is none */
  const invokeStopped = async (event: string): Promise<string | undefined> => {
    const name = (await deployed.resources()).find(
      ({ type, logicalId }) =>
        type === 'AWS::Lambda::Function' && logicalId.includes('StoppedExecutions'),
    )?.physicalId;
    if (name === undefined) return 'the stack has no function that announces stopped executions';
    await clients.lambda.send(
      new InvokeCommand({
        FunctionName: name,
        InvocationType: 'Event',
        Payload: Buffer.from(event),
      }),
    );
    return undefined;
  };

  /** Gives back what was only looked at. */
  const release = async (): Promise<void> => {
    readers -= 1;
    if (readers > 0) return;
    const all = [...held.values()];
    held.clear();
    // Not in batches: nothing would tell of the one that fails.
    for (const { receipt: ReceiptHandle } of all)
      await clients.sqs.send(
        new ChangeMessageVisibilityCommand({ ...queue, ReceiptHandle, VisibilityTimeout: 0 }),
      );
  };

  /** Sends one again. @returns why not, where it was not taken */
  const put = async (letter: Letter): Promise<string | undefined> => {
    if (letter.kind === 'unreadable') return 'it is no event';
    if (letter.kind === 'stopped') return invokeStopped(letter.event);
    // Its time is now: a deadline that counts from a time long ago would be over.
    const taken = await putEvent(clients, { ...letter, busName: deployed.busName });
    return 'refused' in taken ? taken.refused : undefined;
  };

  return {
    /** Reads what lies there, and hides it for the time that sending it again takes. */
    deadLetters: async (): Promise<readonly DeadLetter[]> => {
      readers += 1;
      try {
        await receive();
      } catch (error) {
        await release();
        throw error;
      }
      return [...held.values()].map(({ letter }) => letter);
    },

    release,

    resend: async ({ id }: Pick<DeadLetter, 'id'>): Promise<string | undefined> => {
      const one = held.get(id);
      if (one === undefined) return 'it is not in the queue any more, or somebody else reads it';
      const refused = await put(one.letter);
      if (refused !== undefined) return refused;
      await clients.sqs.send(new DeleteMessageCommand({ ...queue, ReceiptHandle: one.receipt }));
      held.delete(id);
      return undefined;
    },
  };
};
