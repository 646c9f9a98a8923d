import { describe, expect, it } from 'vitest';
import type { OpenDownload } from '../../../lambdas/contract/ports.ts';
import type { DownloadEnd, LinkOutcome } from '../../../lambdas/copying/download/download-steps.ts';
import { exportSteps } from '../../../lambdas/copying/download/export-steps.ts';
import { lateFileMilliseconds } from '../../../lambdas/copying/patience.ts';
import { pdf } from '../../support/decks.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const busy: LinkOutcome = {
  kind: 'none',
  passes: true,
  problem: { code: 'ProviderUnavailable', message: 'Gamma answered 503' },
};
const second: LinkOutcome = { kind: 'link', link: 'https://files.example.com/second' };

const bodies: Readonly<Record<string, Buffer>> = {
  'https://files.example.com/bad': Buffer.from('neither page nor deck: \x00\x01\x02'),
  'https://files.example.com/page': Buffer.from('<html>preparing your download</html>'),
  'https://files.example.com/second': pdf(2000),
};

const answer = (link: string): OpenDownload => ({
  status: 200,
  headers: { 'content-length': String(bodies[link]?.length) },
  host: 'files.example.com',
  body: (async function* () {
    yield bodies[link] ?? Buffer.alloc(0);
  })(),
  close: () => undefined,
});

/** @param missingFor seconds for which the file has been waited for already */
const download = async (
  name: 'bad' | 'page',
  missingFor: number,
  links: LinkOutcome[],
  declaredBytes?: number,
) => {
  const clock = virtualClock();
  const begun = clock.now();
  const opened: string[] = [];
  let end: DownloadEnd | undefined;
  const steps = exportSteps({
    openLink: async ({ url }) => {
      opened.push(url.replace(/.*\//, ''));
      return { kind: 'open', download: answer(url) };
    },
    clock,
    random: () => 0.5,
    link: `https://files.example.com/${name}`,
    freshLink: async () => links.shift() ?? second,
    lateSince: clock.now() - missingFor * 1000,
    declaredBytes,
    maxBytes: 1_000_000,
    stopAt: clock.now() + 600_000,
  });
  for await (const step of steps) if (step.kind === 'end') ({ end } = step);
  return { end, opened, waited: (clock.now() - begun) / 1000 };
};

const grace = lateFileMilliseconds / 1000;

describe('where the provider is busy, the second link to a file that is no good', () => {
  it('is waited for by the machine', async () => {
    const { end, opened } = await download('bad', 0, [busy]);
    expect([end?.kind, opened]).toEqual(['late', ['bad']]);
    expect(end).toMatchObject({ waitMilliseconds: 30_000 });
  });

  it('is asked for once more in the last seconds of the grace, as a page is looked at', async () => {
    for (const name of ['bad', 'page'] as const)
      expect(await download(name, grace - 5, name === 'bad' ? [busy] : [])).toEqual({
        end: { kind: 'complete' },
        opened: [name, 'second'],
        waited: 5,
      });
  });

  it('is given up after the grace, and the message tells what the file was', async () => {
    const { end, opened } = await download('bad', grace - 5, [busy, busy]);
    expect([end, opened]).toEqual([
      {
        kind: 'failed',
        problem: {
          code: 'ExportInvalid',
          message: expect.stringMatching(/^the file .* \(it begins with the bytes [0-9a-f]+\)$/),
        },
      },
      ['bad'],
    ]);
  });
});

describe('a page of another length than the provider announced', () => {
  const bytes = bodies['https://files.example.com/second']?.length;

  it('is waited for like any other, since the file is still to come', async () => {
    const page: LinkOutcome = { kind: 'link', link: 'https://files.example.com/page' };
    const { end, opened } = await download('page', 0, [page, page, second], bytes);
    expect([end?.kind, opened]).toEqual(['complete', ['page', 'page', 'page', 'second']]);
  });

  it('is told for what it is once the grace is over', async () => {
    const { end } = await download('page', grace, [second], bytes);
    expect(end).toMatchObject({ problem: { code: 'ExportInvalid' } });
    expect(JSON.stringify(end)).toContain('an HTML page');
  });
});
