import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRequests } from '../../local/requests.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const named = { provider: 'gamma', requestId: 'order-7' };
const request = { inputText: 'A secret plan', textOptions: { tone: 'dry', audience: 'bakers' } };

describe('the name of a request', () => {
  it('is taken once, by whichever run comes first', async () => {
    const folder = await temporaryFolder();
    const runs = Array.from({ length: 8 }, () => createRequests(folder).begin(named, request));
    const known = await Promise.all(runs);
    expect(known.filter((one) => one === undefined)).toHaveLength(1);
    expect(new Set(known.map((one) => one?.kind))).toEqual(new Set([undefined, 'unknown']));
  });

  it('is of one provider', async () => {
    const requests = createRequests(await temporaryFolder());
    await requests.begin(named, request);
    expect(await requests.begin({ ...named, provider: 'chronicle' }, request)).toBeUndefined();
  });

  it('leads to the generation that came of it, in whatever order the fields are', async () => {
    const folder = await temporaryFolder();
    await createRequests(folder).begin(named, request);
    await createRequests(folder).settle(named, { generationId: 'gen-1' });
    const {
      inputText,
      textOptions: { tone, audience },
    } = request;
    const again = { textOptions: { audience, tone }, inputText };
    expect(await createRequests(folder).begin(named, again)).toEqual({
      kind: 'accepted',
      generationId: 'gen-1',
    });
  });

  it('tells why nothing came of it', async () => {
    const requests = createRequests(await temporaryFolder());
    await requests.begin(named, request);
    await requests.settle(named, { problem: 'Unauthorized: no' });
    expect(await requests.begin(named, request)).toEqual({
      kind: 'notStarted',
      problem: 'Unauthorized: no',
    });
  });

  it('is not for another request', async () => {
    const requests = createRequests(await temporaryFolder());
    await requests.begin(named, request);
    expect(await requests.begin(named, { ...request, inputText: 'Another plan' })).toEqual({
      kind: 'another',
    });
  });

  it('is free again where nothing was sent', async () => {
    const requests = createRequests(await temporaryFolder());
    await requests.begin(named, request);
    await requests.forget(named);
    expect(await requests.begin(named, request)).toBeUndefined();
  });

  it('stays taken where its note was torn by the end of a process', async () => {
    const folder = await temporaryFolder();
    await createRequests(folder).begin(named, request);
    const notes = join(folder, '.archiver/requests');
    for (const name of await readdir(notes)) await writeFile(join(notes, name), '{"request":"4');
    expect(await createRequests(folder).begin(named, request)).toEqual({ kind: 'unknown' });
  });

  it('is all that is kept: the request itself is not', async () => {
    const folder = await temporaryFolder();
    await createRequests(folder).begin(named, request);
    const notes = join(folder, '.archiver/requests');
    const texts = await Promise.all(
      (await readdir(notes)).map((name) => readFile(join(notes, name), 'utf8')),
    );
    expect(texts).toHaveLength(1);
    expect(texts.join('')).not.toMatch(/secret|bakers/);
  });
});
