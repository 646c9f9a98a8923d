import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRequests } from '../../local/requests.ts';
import { noteOutcome, prepare } from '../../local/triggers.ts';
import type { Trigger } from '../../local/triggers.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const trigger: Trigger = {
  detailType: 'Generation Requested',
  detail: {
    provider: 'gamma',
    requestId: 'order-7',
    request: { inputText: 'Bread' },
    timeoutMinutes: 20,
    expectedSeconds: 90,
    metadata: { customer: '42' },
  },
};

describe('a trigger', () => {
  it('of a generation that runs is sent as it is', async () => {
    const started: Trigger = {
      detailType: 'Generation Started',
      detail: { provider: 'gamma', generationId: 'gen-1' },
    };
    const folder = await temporaryFolder();
    expect(await prepare(createRequests(folder), started)).toEqual({
      kind: 'send',
      trigger: started,
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('that starts one is never sent after a run that broke off', async () => {
    const folder = await temporaryFolder();
    expect(await prepare(createRequests(folder), trigger)).toEqual({ kind: 'send', trigger });
    const later = await prepare(createRequests(folder), trigger);
    expect(later).toMatchObject({
      kind: 'keep',
      isUsage: false,
      message: expect.stringContaining('look for it at Gamma'),
    });
  });

  it('that was accepted becomes one to follow, with all that was said of it', async () => {
    const folder = await temporaryFolder();
    await prepare(createRequests(folder), trigger);
    const detail = { provider: 'gamma', requestId: 'order-7', generationId: 'gen-1' };
    await noteOutcome(createRequests(folder), { detailType: 'Generation Accepted', detail });
    expect(await prepare(createRequests(folder), trigger)).toMatchObject({
      kind: 'send',
      trigger: {
        detailType: 'Generation Started',
        detail: {
          provider: 'gamma',
          generationId: 'gen-1',
          timeoutMinutes: 20,
          expectedSeconds: 1,
          metadata: { customer: '42' },
        },
      },
      news: expect.stringContaining('nothing is started'),
    });
  });

  it('that starts one is not sent where it cannot be noted', async () => {
    const folder = join(await temporaryFolder(), 'file');
    await writeFile(folder, '');
    const message =
      'nothing was sent, as the request could not be noted in the folder first: ENOTDIR';
    expect(await prepare(createRequests(folder), trigger)).toEqual({
      kind: 'keep',
      message,
      isUsage: false,
    });
  });

  it('is not noted by events about other things', async () => {
    const folder = await temporaryFolder();
    const requests = createRequests(folder);
    await prepare(requests, trigger);
    const details = [
      {},
      { provider: 'gamma', generationId: 'gen-1' },
      { provider: 'gamma', requestId: '../order-7', generationId: 'gen-1' },
    ];
    for (const detailType of [
      'Generation Accepted',
      'Generation Rejected',
      'Generation Archived',
    ] as const) {
      for (const detail of details) await noteOutcome(requests, { detailType, detail });
    }
    expect(await prepare(requests, trigger)).toMatchObject({ kind: 'keep' });
  });
});
