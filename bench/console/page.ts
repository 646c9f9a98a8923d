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
const shownAfter = `new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now()))))`;

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
      const pressed = Number(
        await page.evaluate(
          `(() => { const at = performance.timeOrigin + performance.now(); document.querySelector('#older').click(); return at; })()`,
        ),
      );
      await page.locator('#list', { hasText: 'generation-50' }).waitFor();
      const contentAt = Number(
        await page.evaluate(
          `performance.timeOrigin + (performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0)`,
        ),
      );
      await page.evaluate(shownAfter);
      if (round > 0) {
        firstPaints.push(painted);
        interactions.push(contentAt - pressed);
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
