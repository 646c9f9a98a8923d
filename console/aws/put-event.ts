import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Clients } from './clients.ts';

/** An event for the archiver's bus. Its time is that of the call. */
export interface EventToPut {
  readonly busName: string;
  readonly source: string;
  readonly detailType: string;
  /** JSON. */
  readonly detail: string;
}

/** Puts one event on a bus. @returns its id, or why the bus did not take it */
export const putEvent = async (
  { events }: Pick<Clients, 'events'>,
  { busName, source, detailType, detail }: EventToPut,
): Promise<{ readonly eventId: string } | { readonly refused: string }> => {
  const { Entries: [entry = {}] = [] } = await events.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: busName, Source: source, DetailType: detailType, Detail: detail }],
    }),
  );
  const { EventId: eventId, ErrorCode = 'no reason', ErrorMessage = '' } = entry;
  return eventId === undefined ? { refused: `${ErrorCode}: ${ErrorMessage}` } : { eventId };
};
