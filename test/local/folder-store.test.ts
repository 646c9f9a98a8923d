import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ArchiverError } from '../../lambdas/contract/error-codes.ts';
import type { WriteCondition, WriteOutcome } from '../../lambdas/contract/ports.ts';
import { createFolderStore } from '../../local/folder-store.ts';
import type { FolderStore } from '../../local/folder-store.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const key = 'gamma/abc/presentation.pdf';
const absent: WriteCondition = { absent: true };
const description = {
  contentType: 'application/pdf',
  contentDisposition: 'attachment; filename="Plan.pdf"',
};

const checksum = (body: Uint8Array): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
};

const put = (
  store: FolderStore,
  text: string,
  condition: WriteCondition = absent,
  at = key,
): Promise<WriteOutcome> =>
  store.put(at, Buffer.from(text), checksum(Buffer.from(text)), description, condition);

const etagOf = (outcome: WriteOutcome): string => {
  if (outcome.kind !== 'stored') throw new Error('nothing was stored');
  return outcome.etag;
};

const textOf = async (stream: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

const openStore = async (): Promise<{ folder: string; store: FolderStore }> => {
  const folder = join(await temporaryFolder(), 'artifacts');
  return { folder, store: createFolderStore(folder) };
};

describe('a folder as an object store', () => {
  it('has nothing at first', async () => {
    const { store } = await openStore();
    expect(await store.head(key)).toBeUndefined();
    expect(await store.read(key)).toBeUndefined();
    await expect(store.readStream(key)).rejects.toMatchObject({ code: 'StorageFailed' });
  });

  it('stores an object as a plain file, and knows what it is', async () => {
    const { folder, store } = await openStore();
    const etag = etagOf(await put(store, 'hello'));
    expect(await readFile(join(folder, key), 'utf8')).toBe('hello');
    expect(store.filePath(key)).toBe(join(folder, key));
    expect(store.bucket).toBe(basename(folder));
    expect(await store.head(key)).toEqual({
      bytes: 5,
      etag,
      crc32: checksum(Buffer.from('hello')),
      contentType: 'application/pdf',
    });
    expect(await store.read(key)).toEqual({ body: Buffer.from('hello'), etag });
    expect(await textOf(await store.readStream(key))).toBe('hello');
  });

  it('shows nothing but files and one hidden folder', async () => {
    const { folder, store } = await openStore();
    await put(store, 'hello');
    expect((await readdir(folder)).toSorted()).toEqual(['.archiver', 'gamma']);
    expect(await readdir(join(folder, 'gamma/abc'))).toEqual(['presentation.pdf']);
  });

  it('writes "only where absent" once', async () => {
    const { store } = await openStore();
    await put(store, 'first');
    expect(await put(store, 'second')).toEqual({ kind: 'conflict' });
    expect(await textOf(await store.readStream(key))).toBe('first');
  });

  it('lets one of many writers at once win, also across two stores over one folder', async () => {
    const { folder, store } = await openStore();
    const other = createFolderStore(folder);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        put(index % 2 === 0 ? store : other, `writer ${index}`),
      ),
    );
    expect(outcomes.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
  });

  it('writes over the object that was seen, and over no other', async () => {
    const { store } = await openStore();
    const first = etagOf(await put(store, 'first'));
    const second = etagOf(await put(store, 'second', { etag: first }));
    expect(second).not.toBe(first);
    expect(await put(store, 'third', { etag: first })).toEqual({ kind: 'conflict' });
    expect(await textOf(await store.readStream(key))).toBe('second');
  });

  it('does not write over what is no longer there', async () => {
    const { store } = await openStore();
    expect(await put(store, 'x', { etag: '"0"' })).toEqual({ kind: 'conflict' });
    expect(await store.head(key)).toBeUndefined();
  });

  it('refuses bytes that do not match their checksum, and keeps none of them', async () => {
    const { folder, store } = await openStore();
    await expect(
      store.put(key, Buffer.from('hello'), checksum(Buffer.from('other')), description, absent),
    ).rejects.toMatchObject({ code: 'StorageFailed' });
    expect(await store.head(key)).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });

  it('believes the file, not its notes, after somebody edited it', async () => {
    const { folder, store } = await openStore();
    const before = etagOf(await put(store, 'hello'));
    await writeFile(join(folder, key), 'edited by hand');
    const head = await store.head(key);
    expect(head).toMatchObject({
      bytes: 14,
      crc32: checksum(Buffer.from('edited by hand')),
      contentType: undefined,
    });
    expect(head?.etag).not.toBe(before);
    expect(await put(store, 'x', { etag: before })).toEqual({ kind: 'conflict' });
  });

  it('reports trouble of the file system as StorageFailed', async () => {
    const { folder, store } = await openStore();
    await mkdir(folder);
    await writeFile(join(folder, 'gamma'), 'a file where a folder should be');
    const error: unknown = await put(store, 'hello').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ArchiverError);
    expect(error).toMatchObject({ code: 'StorageFailed' });
  });
});

describe('uploads in parts', () => {
  const parts = ['first ', 'second ', 'third'];
  const whole = Buffer.from(parts.join(''));
  const wholeSums = { bytes: whole.byteLength, crc32: checksum(whole) };

  const upload = async (store: FolderStore, texts: readonly string[] = parts) => {
    const uploadId = await store.createUpload(key, description);
    const uploaded = [];
    for (const [index, text] of texts.entries()) {
      uploaded.push(
        await store.uploadPart(
          key,
          uploadId,
          index + 1,
          Buffer.from(text),
          checksum(Buffer.from(text)),
        ),
      );
    }
    return { uploadId, uploaded };
  };

  it('become one object', async () => {
    const { store } = await openStore();
    const { uploadId, uploaded } = await upload(store);
    expect(await store.head(key)).toBeUndefined();
    expect(await store.listParts(key, uploadId)).toEqual(uploaded);
    const outcome = await store.completeUpload(key, uploadId, uploaded, wholeSums, absent);
    expect(await store.head(key)).toEqual({
      ...wholeSums,
      etag: etagOf(outcome),
      contentType: 'application/pdf',
    });
    expect(await textOf(await store.readStream(key))).toBe('first second third');
    expect(await store.listParts(key, uploadId)).toBeUndefined();
  });

  it('keep the last of two parts with one number', async () => {
    const { store } = await openStore();
    const { uploadId, uploaded } = await upload(store, ['wrong ']);
    const right = await store.uploadPart(
      key,
      uploadId,
      1,
      Buffer.from('right'),
      checksum(Buffer.from('right')),
    );
    expect(await store.listParts(key, uploadId)).toEqual([right]);
    const sums = { bytes: 5, crc32: checksum(Buffer.from('right')) };
    await expect(store.completeUpload(key, uploadId, uploaded, sums, absent)).rejects.toMatchObject(
      { code: 'StorageFailed' },
    );
    expect(await store.completeUpload(key, uploadId, [right], sums, absent)).toMatchObject({
      kind: 'stored',
    });
  });

  it('are refused where checksum, length or order are wrong', async () => {
    const { store } = await openStore();
    const { uploadId, uploaded } = await upload(store);
    const complete = (list: typeof uploaded, sums: typeof wholeSums) =>
      store.completeUpload(key, uploadId, list, sums, absent);
    const refusal = { code: 'StorageFailed' };
    await expect(
      complete(uploaded, { ...wholeSums, crc32: checksum(Buffer.from('x')) }),
    ).rejects.toMatchObject(refusal);
    await expect(complete(uploaded, { ...wholeSums, bytes: 1 })).rejects.toMatchObject(refusal);
    await expect(complete(uploaded.toReversed(), wholeSums)).rejects.toMatchObject(refusal);
    await expect(complete([], wholeSums)).rejects.toMatchObject(refusal);
    await expect(
      store.uploadPart(key, uploadId, 4, Buffer.from('a'), checksum(Buffer.from('b'))),
    ).rejects.toMatchObject(refusal);
    expect(await store.head(key)).toBeUndefined();
    expect(await complete(uploaded, wholeSums)).toMatchObject({ kind: 'stored' });
  });

  it('stay open after a conflict, and are gone after an abort', async () => {
    const { store } = await openStore();
    const { uploadId, uploaded } = await upload(store);
    await put(store, 'somebody was faster');
    expect(await store.completeUpload(key, uploadId, uploaded, wholeSums, absent)).toEqual({
      kind: 'conflict',
    });
    expect(await store.listParts(key, uploadId)).toHaveLength(3);
    await store.abortUpload(key, uploadId);
    expect(await store.listParts(key, uploadId)).toBeUndefined();
    await expect(
      store.completeUpload(key, uploadId, uploaded, wholeSums, absent),
    ).rejects.toMatchObject({
      code: 'StorageFailed',
    });
  });

  it('belong to their key', async () => {
    const { store } = await openStore();
    const { uploadId } = await upload(store);
    expect(await store.listParts('gamma/other/presentation.pdf', uploadId)).toBeUndefined();
    expect(await store.listParts(key, '../../objects')).toBeUndefined();
  });

  it('that nobody completed are cleared away', async () => {
    const { folder, store } = await openStore();
    await upload(store);
    await store.clear();
    expect(await readdir(join(folder, '.archiver/uploads'))).toEqual([]);
    await store.abortUpload(key, '../..');
    expect(await readdir(folder)).toEqual(['.archiver']);
  });
});

describe('keys that would leave the folder', () => {
  it.each([
    '../outside',
    'gamma/../../outside',
    'gamma/..',
    '/etc/outside',
    'gamma//abc',
    'gamma/./abc',
    '',
    '.',
    'gamma\\..\\..\\outside',
    'C:/outside',
    'gamma/a\u0000b',
    '.archiver/objects/x',
  ])('are refused by every method: %j', async (bad) => {
    const { folder, store } = await openStore();
    const refusal = { code: 'StorageFailed' };
    await expect(put(store, 'x', absent, bad)).rejects.toMatchObject(refusal);
    await expect(store.head(bad)).rejects.toMatchObject(refusal);
    await expect(store.read(bad)).rejects.toMatchObject(refusal);
    await expect(store.readStream(bad)).rejects.toMatchObject(refusal);
    await expect(store.createUpload(bad, description)).rejects.toMatchObject(refusal);
    expect(await readdir(join(folder, '..'))).not.toContain('outside');
  });

  it('are refused where a symbolic link leads away', async () => {
    const { folder, store } = await openStore();
    const outside = join(folder, '../outside');
    await mkdir(outside);
    await mkdir(folder);
    await writeFile(join(outside, 'secret.txt'), 'secret');
    await symlink(outside, join(folder, 'gamma'));
    await expect(put(store, 'x')).rejects.toMatchObject({ code: 'StorageFailed' });
    await expect(store.read('gamma/secret.txt')).rejects.toMatchObject({ code: 'StorageFailed' });
    expect(await readdir(outside)).toEqual(['secret.txt']);
  });
});
