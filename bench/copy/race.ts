import { setTimeout as pause } from 'node:timers/promises';
import { DeleteObjectCommand, GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { sumsOf } from '../../lambdas/copying/upload/checksums.ts';
import type { DeckHost } from '../../test/support/deck-host.ts';
import type { LargeDeck } from '../../test/support/large-deck.ts';
import type { Contender, Job } from './contender.ts';
import type { Figures } from './figures.ts';

/** What is needed to have several contenders copy the same file, one after the other. */
export interface Track {
  readonly host: DeckHost;
  readonly client: S3Client;
  readonly bucket: string;
  /** Gives the room of deleted objects back. */
  freeDeleted(): Promise<void>;
}

let jobs = 0;

/**
 * Has a contender copy the file once; the copy is removed again.
 *
 * @param sha256 compared with the copy's where given
 */
export const copyOnce = async (
  track: Track,
  contender: Contender,
  deck: LargeDeck,
  sha256?: string,
): Promise<Figures> => {
  const { host, client, bucket } = track;
  jobs += 1;
  const job: Job = { id: `job-${jobs}`, url: `${host.origin}/files/job-${jobs}/0`, bucket };
  host.offer(job.id, deck);
  const figures = await contender.copy(job);
  const object = { Bucket: bucket, Key: contender.keyOf(job) };
  if (sha256 !== undefined) {
    const { Body } = await client.send(new GetObjectCommand(object));
    const stored = await sumsOf(Body as AsyncIterable<Uint8Array>);
    if (stored.sha256 !== sha256)
      throw new Error(`${contender.name} stored another file than it was to copy`);
  }
  await client.send(new DeleteObjectCommand(object));
  await track.freeDeleted();
  // The server's own cleaning up must not fall into the next copy.
  await pause(50);
  return figures;
};

/** In an order by chance. */
const shuffled = <Item>(items: readonly Item[]): Item[] =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);

/**
 * Has every contender copy the file as often as there are rounds, in turns, so that whatever else
 * the machine does meets all of them, and in another order each time, so that nobody always comes
 * after the same one. A round before that is not counted: it warms up, and every copy is compared
 * with the file.
 */
export const race = async (
  track: Track,
  contenders: readonly Contender[],
  deck: LargeDeck,
  rounds: number,
): Promise<Map<string, Figures[]>> => {
  const sha256 = deck.sha256();
  const figures = new Map<string, Figures[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await copyOnce(track, contender, deck, sha256);
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of shuffled(contenders))
      figures.get(contender.name)?.push(await copyOnce(track, contender, deck));
  }
  return figures;
};
