import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createEventBus } from '../../lambdas/adapters/events.ts';

const client = new EventBridgeClient({ region: 'eu-west-1' });
const eventBridge = mockClient(client);
const bus = createEventBus({ client, eventBusName: 'generation-archiver' });

describe('the event bus', () => {
  beforeEach(() => {
    eventBridge.reset();
  });

  it("gets events with the archiver's source", async () => {
    eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
    await bus.put('Generation Rejected', { version: '1' });
    expect(eventBridge.commandCalls(PutEventsCommand)[0]?.args[0].input).toEqual({
      Entries: [
        {
          Source: 'generation-archiver',
          DetailType: 'Generation Rejected',
          Detail: '{"version":"1"}',
          EventBusName: 'generation-archiver',
        },
      ],
    });
  });

  it('that answers 200 but does not take the event is an error', async () => {
    eventBridge
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
    await expect(bus.put('Generation Rejected', {})).rejects.toThrow(
      "did not take 'Generation Rejected': InternalFailure",
    );
  });
});
