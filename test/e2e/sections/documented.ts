import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import type { SimulatedProvider } from '../../../local/simulator/index.ts';
import { entriesIn, textOf } from '../../docs/pages.ts';
import { onePdf } from '../harness/decks.ts';
import { expectArchived } from '../harness/expect-archived.ts';
import type { World } from '../harness/world.ts';

interface Detail {
  readonly provider: SimulatedProvider;
  readonly generationId?: string;
  readonly requestId?: string;
  readonly metadata?: object;
}

/** The commands of the documentation, as their reader would send them. */
export const documented = (world: () => World): void => {
  const put = async (entry: PutEventsRequestEntry): Promise<void> => {
    const { FailedEntryCount } = await world().aws.events.send(
      new PutEventsCommand({ Entries: [entry] }),
    );
    expect(FailedEntryCount).toBe(0);
  };

  describe.concurrent('does what the documentation says', () => {
    it.each(['README.md', 'docs/events.md'].flatMap((page) => entriesIn(textOf(page))))(
      'with the event that it shows for $DetailType',
      async (entry) => {
        const {
          provider,
          generationId,
          requestId,
          metadata = {},
        } = JSON.parse(entry['Detail'] ?? '') as Detail;
        const started =
          generationId === undefined
            ? undefined
            : world().simulator.add({
                provider,
                generationId,
                script: [{ says: 'working', seconds: 1 }, { says: 'completed' }],
                files: onePdf(),
              });
        await put(entry);
        if (started !== undefined) {
          expect((await expectArchived(world(), started)).metadata).toEqual(metadata);
          return;
        }
        const archived = () =>
          world().results.all.find(
            (event) =>
              event['detail-type'] === 'Generation Archived' &&
              event.detail.requestId === requestId,
          );
        await world().results.until(
          () => archived() !== undefined,
          `the deck of the request ${requestId}`,
        );
        expect(archived()?.detail).toMatchObject({
          provider,
          metadata,
          artifacts: [{ format: 'pdf' }],
        });
      },
    );
  });
};
