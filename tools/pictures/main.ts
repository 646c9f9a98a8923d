/**
 * `npm run pictures`: takes the pictures of the page for the docs, in a Chromium of this machine:
 * the demonstration of `npm start -- --page`, in light and in dark, wide and narrow.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { chromiumOptions } from './chromium.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const pictures = join(project, 'docs', 'console');

/** Starts the demonstration, and answers where its page is. */
const startDemonstration = async (folder: string) => {
  const loader = import.meta.resolve('tsx');
  const child = spawn(
    process.execPath,
    ['--import', loader, join(project, 'bin', 'archive.ts'), '--page'],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /http:\/\/\S+/.exec(line)?.[0];
    if (address !== undefined) return { address, child };
  }
  throw new Error('the demonstration has ended before it told where its page is');
};

const take = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: join(pictures, `${name}.png`) });
};

const folder = mkdtempSync(join(tmpdir(), 'generation-archiver-pictures-'));
const { address, child } = await startDemonstration(folder);
const browser = await chromium.launch(chromiumOptions());
try {
  const page = await browser.newPage({ viewport: { width: 1000, height: 720 } });
  await page.goto(address);
  // Some are done, others are under way.
  await page.locator('#list .badge.good').nth(2).waitFor();
  await take(page, 'page');
  await page.locator('#running', { hasText: 'Nothing is under way' }).waitFor();
  await page.locator('#list a', { hasText: /./ }).last().click();
  await page.locator('h2', { hasText: 'What happened' }).waitFor();
  await take(page, 'generation');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 720 });
  await page.goto(address);
  await take(page, 'narrow-dark');
} finally {
  await browser.close();
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
