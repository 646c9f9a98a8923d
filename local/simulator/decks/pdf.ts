import { PDFDocument, StandardFonts, rgb } from 'pdf-lib';
import type { PDFFont, PDFPage, RGB } from 'pdf-lib';
import { agendaTitle, madeAt, palette } from './outline.ts';
import type { Deck } from './outline.ts';

// 16:9 at 72 points per inch.
const width = 960;
const height = 540;
const margin = 72;

const colour = (hex: string): RGB => {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map(
    (start) => Number.parseInt(hex.slice(start, start + 2), 16) / 255,
  );
  return rgb(red, green, blue);
};

/** The built-in fonts know Latin-1 only. */
const drawable = (text: string): string => text.replaceAll(/[^\x20-\x7e\u00a0-\u00ff]/gu, '?');

interface Fonts {
  readonly regular: PDFFont;
  readonly bold: PDFFont;
}

const coverPage = (
  page: PDFPage,
  { regular, bold }: Fonts,
  title: string,
  subtitle: string,
): void => {
  page.drawRectangle({ x: 0, y: 0, width, height, color: colour(palette.ink) });
  page.drawRectangle({
    x: margin,
    y: height / 2 - 34,
    width: 120,
    height: 6,
    color: colour(palette.accent),
  });
  page.drawText(drawable(title), {
    x: margin,
    y: height / 2,
    size: 44,
    font: bold,
    color: colour(palette.paper),
    maxWidth: width - 2 * margin,
    lineHeight: 50,
  });
  page.drawText(drawable(subtitle), {
    x: margin,
    y: height / 2 - 74,
    size: 20,
    font: regular,
    color: colour(palette.mist),
  });
};

const listPage = (
  page: PDFPage,
  { regular, bold }: Fonts,
  title: string,
  points: readonly string[],
  number: number,
): void => {
  page.drawRectangle({ x: 0, y: 0, width: 18, height, color: colour(palette.accent) });
  page.drawText(drawable(title), {
    x: margin,
    y: height - 110,
    size: 34,
    font: bold,
    color: colour(palette.ink),
  });
  for (const [index, point] of points.entries()) {
    const y = height - 190 - index * 62;
    page.drawCircle({ x: margin + 8, y: y + 8, size: 7, color: colour(palette.accent) });
    page.drawText(drawable(point), {
      x: margin + 36,
      y,
      size: 22,
      font: regular,
      color: colour(palette.soft),
    });
  }
  page.drawText(String(number), {
    x: width - margin,
    y: 36,
    size: 14,
    font: regular,
    color: colour(palette.soft),
  });
};

/** A real PDF of the deck, one page for each slide. The same deck gives the same bytes. */
export const makePdf = async (deck: Deck): Promise<Uint8Array> => {
  const document = await PDFDocument.create();
  document.setTitle(deck.title);
  document.setProducer('generation-archiver simulator');
  document.setCreator('generation-archiver simulator');
  document.setCreationDate(madeAt);
  document.setModificationDate(madeAt);
  const fonts = {
    regular: await document.embedFont(StandardFonts.Helvetica),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
  };
  const addPage = (): PDFPage => document.addPage([width, height]);

  coverPage(addPage(), fonts, deck.title, deck.subtitle);
  listPage(
    addPage(),
    fonts,
    agendaTitle,
    deck.slides.map(({ title }) => title),
    2,
  );
  for (const [index, { title, points }] of deck.slides.entries())
    listPage(addPage(), fonts, title, points, index + 3);
  coverPage(addPage(), fonts, deck.closing, deck.title);
  return document.save();
};
