import { posix } from 'node:path';
import { inflateSync } from 'node:zlib';
import JSZip from 'jszip';
import { PDFDocument } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { demoDeck, makeCardsZip, makePdf, makePptx } from '../../../local/simulator/index.ts';

const deck = demoDeck('Bread & butter');

describe('demonstration decks', () => {
  it('are PDF files with a page for each slide', async () => {
    const document = await PDFDocument.load(await makePdf(deck));
    expect(document.getPageCount()).toBe(6);
    expect(document.getTitle()).toBe('Bread & butter');
  });

  it('are PPTX packages whose parts all exist, with a title on each slide', async () => {
    const archive = await JSZip.loadAsync(await makePptx(deck));
    const text = async (name: string): Promise<string> =>
      (await archive.file(name)?.async('text')) ?? '';
    const contentTypes = await text('[Content_Types].xml');
    const declared = [...contentTypes.matchAll(/PartName="\/(?<name>[^"]+)"/g)].map(
      ({ groups }) => groups?.['name'] ?? '',
    );
    expect(declared).toContain('ppt/presentation.xml');
    expect(declared.filter((name) => archive.file(name) === null)).toEqual([]);
    for (const relations of Object.keys(archive.files).filter((name) => name.endsWith('.rels'))) {
      const folder = posix.dirname(posix.dirname(relations));
      const targets = [...(await text(relations)).matchAll(/Target="(?<target>[^"]+)"/g)].map(
        ({ groups }) => groups?.['target'] ?? '',
      );
      expect(
        targets.filter(
          (target) => archive.file(posix.join(folder, target).replace(/^\//, '')) === null,
        ),
      ).toEqual([]);
    }
    for (const part of [
      'ppt/slideMasters/slideMaster1.xml',
      'ppt/theme/theme1.xml',
      'ppt/slideLayouts/slideLayout1.xml',
    ]) {
      expect(await text(part)).toMatch(/^<\?xml/);
    }
    const slides = Object.keys(archive.files).filter((name) =>
      /^ppt\/slides\/slide\d+\.xml$/.test(name),
    );
    expect(slides).toHaveLength(6);
    for (const slide of slides) expect(await text(slide)).toMatch(/<p:ph[^>]*type="title"/);
    expect(await text('ppt/slides/slide1.xml')).toContain('Bread &amp; butter');
  });

  it('are ZIP archives with a PNG for each card', async () => {
    const archive = await JSZip.loadAsync(await makeCardsZip(deck));
    const names = Object.keys(archive.files);
    expect(names).toHaveLength(6);
    expect(names[0]).toBe('01-Bread-butter.png');
    const png = await archive.file('02-Agenda.png')?.async('nodebuffer');
    expect(png?.subarray(1, 4).toString()).toBe('PNG');
    const [width, height] = [png?.readUInt32BE(16), png?.readUInt32BE(20)];
    expect([width, height]).toEqual([960, 540]);
    const dataLength = png?.readUInt32BE(33) ?? 0;
    expect(inflateSync(png?.subarray(41, 41 + dataLength) ?? Buffer.alloc(0)).byteLength).toBe(
      (960 * 3 + 1) * 540,
    );
  });

  it.each([makePdf, makePptx, makeCardsZip])('are the same bytes every time', async (make) => {
    expect(
      Buffer.from(await make(deck)).equals(Buffer.from(await make(demoDeck('Bread & butter')))),
    ).toBe(true);
    expect(Buffer.from(await make(deck)).equals(Buffer.from(await make(demoDeck('Other'))))).toBe(
      false,
    );
  });
});
