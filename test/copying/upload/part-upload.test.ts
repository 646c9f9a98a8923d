import { describe, expect, it } from 'vitest';
import { returnBuffer, takeBuffer } from '../../../lambdas/copying/upload/part-buffers.ts';
import { createPartUploads } from '../../../lambdas/copying/upload/part-upload.ts';

/** Uploads that end when the test says so. */
const heldUploads = () => {
  const held = new Map<
    number,
    { resolve: () => void; reject: (error: Error) => void; body: Buffer }
  >();
  const uploads = createPartUploads({
    upload: async (partNumber, body) =>
      new Promise((resolve, reject) => {
        held.set(partNumber, {
          resolve: () =>
            resolve({ partNumber, etag: `"${partNumber}"`, crc32: '', bytes: body.length }),
          reject,
          body,
        });
      }),
  });
  return { held, uploads };
};

const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
  const pending = Symbol('pending');
  const turn = new Promise((resolve) => {
    setImmediate(() => resolve(pending));
  });
  return (
    (await Promise.race([
      promise.then(
        () => undefined,
        () => undefined,
      ),
      turn,
    ])) !== pending
  );
};

describe('parts on their way', () => {
  it('are three at most; the fourth waits for one to arrive', async () => {
    const { held, uploads } = heldUploads();
    for (let part = 1; part <= 3; part += 1) await uploads.send(part, takeBuffer(8), 8, 0);
    const fourth = uploads.send(4, takeBuffer(8), 3, 0);
    expect(await isSettled(fourth)).toBe(false);
    expect([...held.keys()]).toEqual([1, 2, 3]);
    held.get(2)?.resolve();
    await fourth;
    expect(held.get(4)?.body.length).toBe(3);
    for (const part of [4, 3, 1]) held.get(part)?.resolve();
    expect((await uploads.settle()).map(({ partNumber }) => partNumber)).toEqual([1, 2, 3, 4]);
  });

  it('use a buffer again only after its part has arrived', async () => {
    const { held, uploads } = heldUploads();
    const first = takeBuffer(8);
    await uploads.send(1, first, 8, 0);
    expect(takeBuffer(8)).not.toBe(first);
    held.get(1)?.resolve();
    await uploads.drain();
    expect(takeBuffer(8) === first).toBe(true);
  });

  it('use a buffer again although buffers of another length were kept before', () => {
    for (const buffer of [1, 2, 3, 4].map(() => takeBuffer(16))) returnBuffer(buffer);
    const buffer = takeBuffer(24);
    returnBuffer(buffer);
    expect(takeBuffer(24) === buffer).toBe(true);
  });

  it('stop with the error of the first that failed', async () => {
    const { held, uploads } = heldUploads();
    await uploads.send(1, takeBuffer(8), 8, 0);
    await uploads.send(2, takeBuffer(8), 8, 0);
    held.get(2)?.reject(new Error('second'));
    expect(await isSettled(uploads.drain())).toBe(false);
    held.get(1)?.reject(new Error('first'));
    await uploads.drain();
    await expect(uploads.settle()).rejects.toThrow('second');
    await expect(uploads.send(3, takeBuffer(8), 8, 0)).rejects.toThrow('second');
    expect([...held.keys()]).toEqual([1, 2]);
  });
});
