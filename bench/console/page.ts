import { chromium } from 'playwright-core';
import { chromiumOptions } from '../../tools/pictures/chromium.ts';
import { median } from '../functions/median.ts';

/** Milliseconds: from the navigation to the first paint, and from a press to what it shows. */
export interface PageFigures {
  readonly firstPaint: number;
  readonly interaction: number;
  readonly firstPaints: readonly number[];
  readonly interactions: readonly number[];
}

const firstPaint = `new Promise((resolve) => {
  const read = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
  if (read() !== undefined) resolve(read());
  new PerformanceObserver(() => { if (read() !== undefined) resolve(read()); }).observe({ type: 'paint', buffered: true });
})`;

/** From the press on "Older" until the next fifty are painted, in the browser's own clock. */
const interaction = `new Promise((resolve) => {
  const list = document.querySelector('#list');
  const pressedAt = performance.now();
  new MutationObserver((_, observer) => {
    if (!list.textContent.includes('generation-50')) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressedAt)));
  }).observe(list, { childList: true, subtree: true });
  document.querySelector('#older').click();
})`;

/** Opens the page afresh in each round, and goes to the next fifty generations. */
export const measurePage = async (address: string, rounds: number): Promise<PageFigures> => {
  const browser = await chromium.launch(chromiumOptions());
  const firstPaints: number[] = [];
  const interactions: number[] = [];
  try {
    // The first round warms up server and browser, and does not count.
    for (let round = 0; round <= rounds; round += 1) {
      const page = await browser.newPage();
      await page.goto(address);
      const painted = Number(await page.evaluate(firstPaint));
      const shown = Number(await page.evaluate(interaction));
      if (round > 0) {
        firstPaints.push(painted);
        interactions.push(shown);
      }
      await page.close();
    }
  } finally {
    await browser.close();
  }
  return {
    firstPaint: median(firstPaints),
    interaction: median(interactions),
    firstPaints,
    interactions,
  };
};
