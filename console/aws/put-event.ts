import { PutEventsCommand, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { Clients } from './clients.ts';

/** An event for the archiver's bus. Its time is that of the call. */
export interface EventToPut {
  readonly busName: string;
  readonly source: string;
  readonly detailType: string;
  /** JSON. */
  readonly detail: string;
}

/** Puts one event on a bus, and tells what became of it: an `EventId`, or an error. */
export const putEvent = async (
  { events }: Pick<Clients, 'events'>,
  { busName, source, detailType, detail }: EventToPut,
): Promise<PutEventsResultEntry> => {
  const { Entries: entries = [] } = await events.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: busName, Source: source, DetailType: detailType, Detail: detail }],
    }),
  );
  return entries[0] ?? {};
};
