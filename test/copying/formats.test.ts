import { describe, expect, it } from 'vitest';
import { endsWhole, findFormat, headBytes, type FileSigns } from '../../lambdas/copying/formats.ts';
import { pdf, pptx, zip } from '../support/decks.ts';

const found = (head: Buffer, signs: Partial<FileSigns> = {}) =>
  findFormat({
    head: head.subarray(0, headBytes),
    link: 'https://files.example.com/download',
    ...signs,
  });

const pptxType = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';

describe('the format of a file', () => {
  it.each([
    ['a PDF by its bytes alone', pdf(), {}, 'pdf'],
    ['a PDF whatever its content type', pdf(), { contentType: 'text/html' }, 'pdf'],
    ['a PDF that the provider names', pdf(), { declared: 'pdf' }, 'pdf'],
    ['a PPTX that the provider names', zip(), { declared: 'pptx' }, 'pptx'],
    ['a PPTX by the link', zip(), { link: 'https://files.example.com/My-Deck.PPTX?sig=1' }, 'pptx'],
    ['a PPTX by its content type', zip(), { contentType: `${pptxType}; charset=binary` }, 'pptx'],
    ['a PPTX by its first entry', pptx(), {}, 'pptx'],
    [
      'a PPTX by a folder of its own',
      zip(2000, 'ppt/presentation.xml'),
      { contentType: 'application/zip' },
      'pptx',
    ],
    ['a ZIP otherwise', zip(), {}, 'zip'],
    [
      'a ZIP that the link names, whatever is in it',
      pptx(),
      { link: 'https://files.example.com/a.zip' },
      'zip',
    ],
    ['a ZIP that is cut inside its first header', zip().subarray(0, 20), {}, 'zip'],
  ] as const)('is %s', (_, head, signs, format) => {
    expect(found(head, signs)).toEqual({ found: true, format });
  });

  it.each([
    ['nothing', Buffer.alloc(0), {}, 'is empty'],
    ['an HTML page', Buffer.from('\n<!DOCTYPE html><title>Expired</title>'), {}, 'is an HTML page'],
    ['an HTML page with a byte order mark', Buffer.from('\uFEFF<HTML>'), {}, 'is an HTML page'],
    [
      'an XML error',
      Buffer.from('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'),
      { declared: 'pptx' },
      'is an XML document',
    ],
    ['a JSON error', Buffer.from('{"error":"expired"}'), {}, 'is a JSON text'],
    [
      'something else',
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0]),
      {},
      'is neither a PDF nor a PowerPoint file, a ZIP, a PNG, a JPEG or an MP4 (it begins with the bytes d0cf11e0)',
    ],
    ['a PDF in place of a PPTX', pdf(), { declared: 'pptx' }, 'should be a PPTX file but is a PDF'],
    [
      'a PDF behind a link to a ZIP',
      pdf(),
      { link: 'https://files.example.com/a.zip' },
      'should be a ZIP file but is a PDF',
    ],
    [
      'a ZIP in place of a PDF',
      zip(),
      { declared: 'pdf' },
      'should be a PDF but is a ZIP or PPTX file',
    ],
    [
      'a ZIP behind a link to a PDF',
      zip(),
      { link: 'https://files.example.com/a.pdf' },
      'should be a PDF but is a ZIP or PPTX file',
    ],
    ['an empty ZIP', Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1'), {}, 'is neither'],
  ] as const)('is not found in %s', (_, head, signs, problem) => {
    expect(found(head, signs)).toMatchObject({
      found: false,
      problem: expect.stringContaining(problem) as string,
    });
  });

  it('is never told by quoting the file, which may hold a token', () => {
    expect(JSON.stringify(found(Buffer.from('<html>token=secret')))).not.toContain('secret');
  });
});

describe('the end of a file', () => {
  it.each([
    ['a PDF', 'pdf', pdf(5000)],
    ['a PDF with some bytes after its mark', 'pdf', Buffer.concat([pdf(5000), Buffer.alloc(200)])],
    ['a ZIP', 'zip', zip(5000)],
    ['a PPTX', 'pptx', pptx(5000)],
  ] as const)('of %s is recognised', (_, format, bytes) => {
    expect(endsWhole(format, bytes)).toBe(true);
    expect(endsWhole(format, bytes.subarray(0, 3000))).toBe(false);
  });
});
