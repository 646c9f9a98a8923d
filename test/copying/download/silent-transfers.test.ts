import { describe, expect, it } from 'vitest';
import type { OpenDownload } from '../../../lambdas/contract/ports.ts';
import type { DownloadEnd } from '../../../lambdas/copying/download/download-steps.ts';
import { exportSteps } from '../../../lambdas/copying/download/export-steps.ts';
import { zip } from '../../support/decks.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** What one connection sends, and how it ends. */
interface Connection {
  readonly headers?: Readonly<Record<string, string>>;
  readonly sends: Buffer;
  readonly breaks?: boolean;
}

/**
 * An answer whose transfer layer notices nothing by itself, as with some HTTP versions and proxies.
 */
const answer = ({ headers = {}, sends, breaks = false }: Connection): OpenDownload => ({
  status: 200,
  headers,
  host: 'files.example.com',
  body: (async function* () {
    yield sends;
    if (breaks) throw new Error('terminated');
  })(),
  close: () => undefined,
});

const download = async (
  ...connections: Connection[]
): Promise<{ end: DownloadEnd | undefined; opened: number }> => {
  const clock = virtualClock();
  let opened = 0;
  let end: DownloadEnd | undefined;
  const steps = exportSteps({
    openLink: async () => {
      const connection = connections[Math.min(opened, connections.length - 1)];
      if (connection === undefined) throw new Error('no connection in the script');
      opened += 1;
      return { kind: 'open', download: answer(connection) };
    },
    clock,
    random: () => 0.5,
    link: 'https://files.example.com/deck',
    freshLink: async () => ({ kind: 'link', link: 'https://files.example.com/deck' }),
    maxBytes: 1_000_000,
    stopAt: clock.now() + 600_000,
  });
  for await (const step of steps) if (step.kind === 'end') ({ end } = step);
  return { end, opened };
};

const deck = zip(3000);
const length = { 'content-length': '3000' };

describe('a transfer that ends without any error', () => {
  it('is complete where the length is the one that was announced', async () => {
    expect(await download({ headers: length, sends: deck })).toEqual({
      end: { kind: 'complete' },
      opened: 1,
    });
  });

  it('is broken where it is shorter', async () => {
    const { end, opened } = await download(
      { headers: length, sends: deck.subarray(0, 2000) },
      { headers: length, sends: deck },
    );
    expect({ end, opened }).toEqual({ end: { kind: 'complete' }, opened: 2 });
    const always = await download({ headers: length, sends: deck.subarray(0, 2000) });
    expect(always.end).toMatchObject({
      kind: 'late',
      problem: {
        code: 'DownloadFailed',
        message:
          'files.example.com ended the transfer early, and the server cannot go on where it stopped',
      },
    });
  });

  it('is not believed where it is longer', async () => {
    const { end } = await download({ headers: { 'content-length': '2999' }, sends: deck });
    expect(end).toMatchObject({
      kind: 'late',
      problem: {
        message: expect.stringContaining(
          'sent more than the 2999 bytes that it announced',
        ) as string,
      },
    });
  });

  it('is judged by its own end alone, not by that of a try before it', async () => {
    const { end } = await download(
      { sends: deck, breaks: true },
      { sends: deck.subarray(0, 2000) },
    );
    expect(end).toEqual({
      kind: 'failed',
      problem: { code: 'ExportInvalid', message: 'the file ends before the end of a ZIP file' },
    });
  });
});
