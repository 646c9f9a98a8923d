import { describe, expect, it } from 'vitest';
import { presentationFormats } from '../../../lambdas/contract/file-formats.ts';
import {
  contentTypes,
  findFormat,
  recognise,
  type FileSigns,
} from '../../../lambdas/copying/formats.ts';
import { createCanvas } from '../../../local/simulator/decks/png.ts';
import { zip64Files } from '../../fixtures/forms/zip64.ts';
import { pdf } from '../../support/decks.ts';
import { mainTypes, officeFile, otherTypes, zipOf } from '../../support/office-files.ts';

const link = 'https://files.example.com/download';

const formatOf = (head: Buffer, signs: Partial<FileSigns> = {}): string => {
  const found = findFormat({ head, link, ...signs });
  return found.found ? found.format : found.problem;
};

describe('a PowerPoint file', () => {
  const packings = [
    ['with its types first', {}],
    ['with its types last', { last: true }],
    ['that was streamed', { streamed: true, last: true }],
    ['that is not compressed', { stored: true, last: true }],
    [
      'that is neither compressed nor known beforehand',
      { streamed: true, stored: true, last: true },
    ],
    [
      'that begins with a part of its own',
      { before: ['customXml/item1.xml', 'docMetadata/LabelInfo.xml'] },
    ],
    [
      'that begins with a picture',
      { pictureBytes: 300_000, stored: true, streamed: true, last: true },
    ],
  ] as const;

  it.each(
    presentationFormats.flatMap((format) =>
      packings.map(([how, packing]) => [format, how, packing] as const),
    ),
  )('of the kind %s, %s, is what it is', async (format, _, packing) => {
    const file = await officeFile(mainTypes[format], packing);
    expect(formatOf(file)).toBe(format);
    expect(formatOf(file, { declared: 'pptx' })).toBe(format);
    expect(formatOf(file, { link: 'https://files.example.com/My-Deck.pptx?sig=1' })).toBe(format);
  });

  it('has its own media type', () => {
    const types = presentationFormats.map((format) => contentTypes[format]);
    expect(new Set(types).size).toBe(types.length);
  });

  it('is looked at until its types are there, and no further', async () => {
    const file = await officeFile(mainTypes.ppsx, { before: ['customXml/item1.xml'] });
    const types = file.indexOf('[Content_Types].xml');
    const early = recognise({ head: file.subarray(0, types), link });
    expect(early.needs).toBeGreaterThan(types);
    const whole = recognise({ head: file, link });
    expect(whole).toEqual({ file: { found: true, format: 'ppsx' } });
  });

  it('whose types lie beyond what is looked at is one by its folders', async () => {
    const file = await officeFile(mainTypes.pptm, {
      pictureBytes: 200_000,
      stored: true,
      last: true,
    });
    const head = file.subarray(0, 1000);
    expect(formatOf(head)).toBe('pptx');
    expect(formatOf(head, { link: 'https://files.example.com/deck.pptm' })).toBe('pptm');
  });

  it('is told from another Office file, which is a ZIP to those who name nothing', async () => {
    for (const type of Object.values(otherTypes)) {
      const file = await officeFile(type);
      expect(formatOf(file, { declared: 'pptx' })).toBe(
        'should be a PPTX file but is another Office document',
      );
      expect(formatOf(file)).toBe('zip');
    }
  });

  it.each(zip64Files)('is told by its types in ZIP64 as well: %s', (_, found, base64) => {
    const bytes = Buffer.from(base64, 'base64');
    expect(formatOf(bytes, { declared: 'pptx' })).toMatch(new RegExp(`^(?:should .* )?${found}$`));
    expect(formatOf(bytes)).toMatch(/^(?:pptx|ppsx|zip)$/);
  });

  it('within a ZIP does not make the ZIP one', async () => {
    const deck = await officeFile(mainTypes.pptx, { stored: true });
    expect(formatOf(await zipOf({ 'deck.pptx': deck }, { stored: true }))).toBe('zip');
  });

  it('whose list of types unpacks to more than any deck has is still one, by its folders', async () => {
    const file = await zipOf({
      'ppt/presentation.xml': '<p/>',
      '[Content_Types].xml': Buffer.alloc(20_000_000, 'a'),
    });
    expect(formatOf(file)).toBe('pptx');
  });
});

describe('a ZIP that is none', () => {
  it.each([
    [
      'pictures',
      { 'card-1.png': 'a', 'card-2.png': 'b' },
      /a ZIP file without a presentation in it$/,
    ],
    [
      'an OpenDocument presentation',
      { mimetype: 'application/vnd.oasis.opendocument.presentation', 'content.xml': 'x' },
      /a ZIP file without a presentation in it$/,
    ],
    ['a Word document without its types', { 'word/document.xml': 'x' }, /another Office document$/],
    [
      'an Excel workbook',
      { '_rels/.rels': 'x', 'xl/workbook.xml': 'y' },
      /another Office document$/,
    ],
  ])('is no PowerPoint file, whatever it is called: %s', async (_, entries, problem) => {
    const file = await zipOf(entries);
    expect(formatOf(file, { declared: 'pptx' })).toMatch(problem);
    expect(formatOf(file, { link: 'https://files.example.com/deck.pptx' })).toMatch(problem);
    expect(formatOf(file)).toBe('zip');
  });

  it.each(['ppt\\presentation.xml', '/ppt/presentation.xml'])(
    'is one where its names are written as %s',
    async (name) => {
      expect(formatOf(await zipOf({ [name]: 'x' }))).toBe('pptx');
    },
  );
});

describe('a PDF', () => {
  it.each([
    ['a byte-order mark', '\xEF\xBB\xBF'],
    ['a newline', '\r\n'],
    ['a mail header', 'Content-Type: application/pdf\r\nContent-Transfer-Encoding: binary\r\n\r\n'],
    ['a kilobyte but one', ' '.repeat(1023)],
    ['a warning of PHP', '<br />\n<b>Notice</b>:  Undefined index in <b>/srv/get.php</b><br />\n'],
  ])('is one with %s before it', (_, before) => {
    const file = Buffer.concat([Buffer.from(before, 'latin1'), pdf()]);
    expect(formatOf(file)).toBe('pdf');
    expect(recognise({ head: file.subarray(0, 3), link }).needs).toBeGreaterThan(1023);
  });

  it.each([
    ['a kilobyte before it', Buffer.concat([Buffer.alloc(1024, ' '), pdf()]), /^is neither/],
    ['a page with breaks around it', Buffer.from('<p>Wait<br />%PDF-1.7'), /^is an XML document$/],
    ['a page around it', Buffer.from('<html><p>%PDF-1.7 is not here</p>'), /^is an HTML page$/],
  ])('is none with %s', (_, file, problem) => {
    expect(formatOf(file)).toMatch(problem);
  });
});

const mp4 = (brand = 'isom'): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftyp${brand}`), Buffer.alloc(12)]);

describe('a picture or a video', () => {
  const png = Buffer.from(createCanvas(8, 8).toPng());
  const jpg = Buffer.concat([
    Buffer.from('ffd8ffe000104a464946', 'hex'),
    Buffer.alloc(100),
    Buffer.from('ffd9', 'hex'),
  ]);

  it.each([
    ['png', png],
    ['jpg', jpg],
    ['mp4', mp4()],
    ['mp4', mp4('mp42')],
  ] as const)('is stored as %s', (format, file) => {
    expect(formatOf(file)).toBe(format);
    expect(formatOf(file, { declared: format, contentType: 'application/octet-stream' })).toBe(
      format,
    );
  });

  it('may come in place of a ZIP of pictures, and a ZIP in place of a picture', async () => {
    expect(formatOf(png, { declared: 'zip' })).toBe('png');
    expect(formatOf(png, { link: 'https://files.example.com/My-Deck.zip' })).toBe('png');
    expect(formatOf(jpg, { declared: 'png' })).toBe('jpg');
    expect(formatOf(await zipOf({ 'card-1.png': png }), { declared: 'png' })).toBe('zip');
  });

  it.each([
    ['a picture in place of a PDF', png, 'pdf', 'should be a PDF but is a PNG picture'],
    ['a video in place of a PPTX', mp4(), 'pptx', 'should be a PPTX file but is an MP4 video'],
    ['a PDF in place of a picture', pdf(), 'png', 'should be a PNG picture but is a PDF'],
  ] as const)('is refused with a reason: %s', (_, file, declared, problem) => {
    expect(formatOf(file, { declared })).toBe(problem);
  });

  it.each([
    ['QuickTime', mp4('qt  ')],
    ['HEIC', mp4('heic')],
    ['HEIC of another kind', mp4('heis')],
    ['a picture in an MP4 frame', mp4('avci')],
    ['sound alone', mp4('M4A ')],
    ['WebP', Buffer.from('RIFF....WEBPVP8 ')],
    ['GIF', Buffer.from('GIF89a')],
  ])('is refused where it is %s', (_, file) => {
    expect(formatOf(file)).toMatch(/^is neither/);
  });

  it('whose link names a JPEG by its long name is one', () => {
    expect(formatOf(jpg, { link: 'https://files.example.com/cover.JPEG' })).toBe('jpg');
  });
});

describe('a file whose bytes are hostile', () => {
  // A search that starts over at every place needs minutes, and the test never ends.
  it('is looked at once, however many places look like an entry', () => {
    const header = Buffer.alloc(30);
    header.write('PK\x03\x04', 'latin1');
    header.writeUInt16LE(8, 6);
    const looksLikeHeaders = Buffer.alloc(8_000_000, 'PK\x03\x04');
    expect(formatOf(Buffer.concat([header, looksLikeHeaders]))).toBe('zip');
  });
});

describe('a ZIP with something before it', () => {
  it.each([
    ['a byte-order mark', '\uFEFF'],
    ['line ends', '\r\n\n'],
    ['a mail header', 'Content-Type: application/octet-stream\r\n\r\n'],
    ['the mark of volumes that are none', 'PK00'],
    ['the mark of volumes', 'PK\x07\x08'],
    ['a warning of PHP', '<br />\n<b>Deprecated</b>:  Function x() in <b>/srv/get.php</b><br />\n'],
  ])('is what it is: %s', async (_, before) => {
    const file = Buffer.concat([Buffer.from(before), await officeFile(mainTypes.ppsx)]);
    expect(formatOf(file)).toBe('ppsx');
    expect(formatOf(file, { declared: 'pptx' })).toBe('ppsx');
    const pictures = await zipOf({ '__MACOSX/._1.png': 'x', '1.png': 'x' });
    expect(formatOf(Buffer.concat([Buffer.from(before), pictures]))).toBe('zip');
  });

  it('is asked for no more bytes than it has', async () => {
    const file = Buffer.concat([
      Buffer.from('\uFEFF'),
      await officeFile(mainTypes.potx, { last: true }),
    ]);
    for (let bytes = 40; bytes < file.length; bytes += 97) {
      const { needs } = recognise({ head: file.subarray(0, bytes), link });
      if (needs !== undefined) expect(needs).toBeGreaterThan(bytes);
    }
  });

  it.each([
    ['a program', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)])],
    ['a kilobyte of text', Buffer.alloc(1100, 'x')],
  ])('is none behind %s', async (_, before) => {
    const file = Buffer.concat([before, await officeFile(mainTypes.pptx)]);
    expect(formatOf(file)).toMatch(/^is neither/);
  });
});

describe("a file that has a PDF's first bytes within", () => {
  it.each([
    ['gzip', Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0])],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0])],
    ['a program', Buffer.from('MZ\0\0')],
  ])('is no PDF: %s', (_, start) => {
    expect(formatOf(Buffer.concat([start, pdf(3000)]))).toMatch(/^is neither/);
  });
});
