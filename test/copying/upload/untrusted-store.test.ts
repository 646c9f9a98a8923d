import { describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../../lambdas/contract/ports.ts';
import { createFileWriter, partBytesFor } from '../../../lambdas/copying/upload/file-writer.ts';
import { memoryStore } from '../../support/memory-store.ts';

const key = 'gamma/gen-1/presentation.pdf';
const description = { contentType: 'application/pdf' };
const bytes = Buffer.alloc(1000, 'deck');

const write = async (objects: ObjectStore) => {
  const writer = createFileWriter({ objects, key, description, partBytes: 1000 });
  await writer.write(bytes);
  return writer.finish();
};

describe('a store that does not keep what it was given', () => {
  it.each([
    [
      'other bytes',
      { crc32: 'AAAAAA==' },
      `was stored with 1000 bytes and CRC-32 AAAAAA== in place of 1000`,
    ],
    [
      'fewer bytes',
      { bytes: 999, crc32: undefined },
      'was stored with 999 bytes and CRC-32 unknown in place of 1000',
    ],
  ])('is found out by its own word: %s', async (_, lie, message) => {
    const objects = memoryStore();
    const head = objects.head.bind(objects);
    objects.head = async (name) => {
      const found = await head(name);
      return found === undefined ? undefined : { ...found, ...lie };
    };
    await expect(write(objects)).rejects.toMatchObject({
      name: 'StorageFailed',
      message: expect.stringContaining(message) as string,
    });
  });

  it('is found out by its answer to the write', async () => {
    const objects = memoryStore();
    const put = objects.put.bind(objects);
    objects.put = async (...args) => {
      const outcome = await put(...args);
      return outcome.kind === 'stored' ? { ...outcome, crc32: 'AAAAAA==' } : outcome;
    };
    await expect(write(objects)).rejects.toMatchObject({
      message: expect.stringContaining(
        'was stored with CRC-32 AAAAAA== in place of 1000 bytes',
      ) as string,
    });
  });

  it('is found out where the object is not there', async () => {
    const objects = memoryStore();
    objects.head = async () => undefined;
    await expect(write(objects)).rejects.toMatchObject({
      message: `"${key}" is not there after it was written`,
    });
  });

  it('is found out when a resumed file is read back', async () => {
    const objects = memoryStore({ minPartBytes: 1 });
    const first = createFileWriter({ objects, key, description, partBytes: 1000 });
    await first.write(bytes);
    const kept = await first.suspend();
    if (kept === undefined) throw new Error('nothing was kept');
    const parts = (await objects.listParts(key, kept.uploadId)) ?? [];
    const second = createFileWriter({
      objects,
      key,
      description,
      partBytes: 1000,
      resume: { ...kept, parts },
    });
    await second.write(bytes.subarray(0, 500));
    objects.readStream = async () =>
      (async function* () {
        yield Buffer.alloc(1500);
      })();
    await expect(second.finish()).rejects.toMatchObject({
      message: `"${key}" was read back with other bytes than were written`,
    });
  });
});

describe('the parts of an upload', () => {
  it('are large enough for the largest file to fit', () => {
    expect(partBytesFor(5 * 1024 ** 3)).toBe(12 * 1024 * 1024);
    expect(partBytesFor(1024 ** 4) * 10_000).toBeGreaterThanOrEqual(1024 ** 4);
  });
});
