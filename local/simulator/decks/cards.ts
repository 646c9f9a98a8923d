import JSZip from 'jszip';
import { headlines, madeAt, palette } from './outline.ts';
import type { Deck } from './outline.ts';
import { createCanvas } from './png.ts';

// Pixels.
const width = 960;
const height = 540;
const letterHeight = 22;

/**
 * A picture of a card: the words of the headline and a few lines are drawn as bars, as in a
 * thumbnail.
 */
const drawCard = (headline: string, points: readonly string[], isCover: boolean): Uint8Array => {
  const canvas = createCanvas(width, height);
  canvas.fill(0, 0, width, height, isCover ? palette.ink : palette.paper);
  if (!isCover) canvas.fill(0, 0, 18, height, palette.accent);

  let x = 72;
  const top = isCover ? 220 : 90;
  for (const word of headline.split(' ')) {
    const length = word.length * (letterHeight * 0.6);
    canvas.fill(x, top, Math.round(length), letterHeight, isCover ? palette.paper : palette.ink);
    x += Math.round(length + letterHeight);
  }
  if (isCover) canvas.fill(72, 290, 120, 6, palette.accent);
  for (const [index, point] of points.entries()) {
    const y = 190 + index * 62;
    canvas.fill(72, y, 14, 14, palette.accent);
    canvas.fill(108, y, point.length * 11, 14, palette.mist);
  }
  return canvas.toPng();
};

/** A ZIP archive with one PNG for each card of the deck. The same deck gives the same bytes. */
export const makeCardsZip = async (deck: Deck): Promise<Uint8Array> => {
  const archive = new JSZip();
  const titles = headlines(deck);
  for (const [index, headline] of titles.entries()) {
    const isCover = index === 0 || index === titles.length - 1;
    const points =
      index === 1 ? deck.slides.map(({ title }) => title) : (deck.slides[index - 2]?.points ?? []);
    const name = `${String(index + 1).padStart(2, '0')}-${headline.replaceAll(/[^A-Za-z0-9]+/g, '-')}.png`;
    archive.file(name, drawCard(headline, isCover ? [] : points, isCover), { date: madeAt });
  }
  return archive.generateAsync({ type: 'uint8array', compression: 'STORE', platform: 'DOS' });
};
