import { PutEventsCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { EventBus } from '../contract/ports.ts';
import { eventSource } from '../contract/results.ts';

/** The archiver's bus on EventBridge. */
export const createEventBus = ({
  client,
  eventBusName,
}: {
  client: EventBridgeClient;
  eventBusName: string;
}): EventBus => ({
  put: async (detailType, detail) => {
    const entry = {
      Source: eventSource,
      DetailType: detailType,
      Detail: JSON.stringify(detail),
      EventBusName: eventBusName,
    };
    const answer = await client.send(new PutEventsCommand({ Entries: [entry] }));
    // PutEvents answers 200 for an entry that it did not take.
    if ((answer.FailedEntryCount ?? 0) === 0) return;
    const [failed] = answer.Entries ?? [];
    throw new Error(
      `the event bus ${eventBusName} did not take '${detailType}': ${failed?.ErrorCode ?? 'no reason given'}`,
    );
  },
});
