import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readRequest } from '../../local/request-file.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const read = async (content: string | Uint8Array) => {
  const file = join(await temporaryFolder(), 'request.json');
  await writeFile(file, content);
  return readRequest(file, new PassThrough());
};

describe('a request file', () => {
  it.each(['{"inputText":"Bread"}', '\uFEFF{"inputText":"Bread"}\n'])(
    'holds a JSON object: %j',
    async (content) => {
      expect(await read(content)).toEqual({ ok: true, request: { inputText: 'Bread' } });
    },
  );

  it('may be the standard input', async () => {
    const input = new PassThrough();
    input.end('{"inputText":"Bread"}');
    expect(await readRequest('-', input)).toEqual({ ok: true, request: { inputText: 'Bread' } });
  });

  it.each([
    ['', 'it is not JSON'],
    ['{"inputText":\n  "secret" oops}', 'it is not JSON: look at line 2, column 12'],
    ['[{"inputText":"secret"}]', 'must hold a JSON object'],
    ['"secret"', 'must hold a JSON object'],
    ['null', 'must hold a JSON object'],
    [Uint8Array.of(0x7b, 0xff, 0x7d), 'it is not UTF-8'],
    [`{"inputText":"secret${'x'.repeat(1_100_000)}"}`, 'longer than 1000000 bytes'],
  ])(
    'that holds something else is refused, without a word of what it holds',
    async (content, reason) => {
      const outcome = await read(content);
      expect(outcome).toEqual({ ok: false, message: expect.stringContaining(reason) });
      expect(JSON.stringify(outcome)).not.toContain('secret');
    },
  );

  it('that cannot be read is refused with the reason', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'there'));
    expect(await readRequest(join(folder, 'missing.json'), new PassThrough())).toEqual({
      ok: false,
      message: expect.stringContaining('there is no such file'),
    });
    expect(await readRequest(join(folder, 'there'), new PassThrough())).toEqual({
      ok: false,
      message: expect.stringContaining('it is a folder'),
    });
  });
});
