import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { servePage } from '../../console/page/serve.ts';
import { demoDeck, makePdf } from '../../local/simulator/index.ts';
import { chromiumOptions } from '../../tools/pictures/chromium.ts';
import {
  archivedFile,
  archiveOf,
  fakeBackend,
  noon,
  seenOf,
  type Held,
} from '../console/support/fake-backend.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch(chromiumOptions());
});
afterAll(() => browser.close());

/** A page of the browser that must run into no error and no refusal of the policy. */
const openPage = async (viewport = { width: 1000, height: 800 }): Promise<Page> => {
  const page = await browser.newPage({ viewport });
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('dialog', (dialog) => {
    errors.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  onTestFinished(async () => {
    await page.close();
    expect(errors).toEqual([]);
  });
  return page;
};

const explain = (error: unknown) => (error instanceof Error ? error.message : undefined);

const served = async (held: Held) => {
  const fake = fakeBackend(held);
  const { address, close } = await servePage(
    { backend: fake.backend, now: () => Date.now(), explain },
    0,
  );
  onTestFinished(() => close());
  return { ...fake, address };
};

const many = Array.from({ length: 10_000 }, (_, index) => seenOf(index));
const failed = seenOf(1, {
  standing: 'NotArchived',
  error: { code: 'DownloadFailed', message: 'the host broke off' },
});

const luminance = (color: string): number =>
  (color.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 765;

describe('the page in a browser', () => {
  it('goes through 10,000 generations by keyboard alone', async () => {
    const { address } = await served({ all: many });
    const page = await openPage();
    await page.goto(address);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await page.locator('#older').focus();
    await page.keyboard.press('Enter');
    await page.locator('#list', { hasText: 'generation-50' }).waitFor();
    expect(await page.locator('#list li').count()).toBe(50);
  });

  it('filters and goes back in the list without another page', async () => {
    const { address } = await served({ all: [failed, ...many.slice(2)] });
    const page = await openPage();
    await page.goto(address);
    await page.evaluate(`globalThis.isTheSame = true`);
    await page.locator('#older').click();
    await page.locator('#list', { hasText: 'generation-55' }).waitFor();
    await page.locator('select[name="which"]').selectOption('failed');
    await page.locator('form.filter button').click();
    await page.locator('#list', { hasText: 'the host broke off' }).waitFor();
    expect(new URL(page.url()).searchParams.get('which')).toBe('failed');
    await page.goBack();
    await page.locator('#list', { hasText: 'generation-55' }).waitFor();
    expect(await page.locator('select[name="which"]').inputValue()).toBe('all');
    expect(await page.evaluate(`globalThis.isTheSame`)).toBe(true);
  });

  it('moves by itself: progress, the end, and what a screen reader is told of it', async () => {
    const running = seenOf(0, { standing: 'Running' });
    const held = {
      all: [running],
      progress: new Map([[running.execution, { says: 'working', progress: 0.1 }]]),
    };
    const { address } = await served(held);
    const page = await openPage();
    await page.goto(address);
    expect(
      await page
        .getByRole('progressbar', { name: 'progress of gamma generation-0' })
        .getAttribute('value'),
    ).toBe('10');
    held.progress.set(running.execution, { says: 'almost', progress: 0.9 });
    await page.locator('progress[value="90"]').waitFor();
    held.all.splice(0, 1, seenOf(0));
    await page.getByRole('status').getByText('gamma generation-0 has ended.').waitFor();
    await page.locator('#list .badge.good').waitFor();
  });

  it('leaves the focus where it was when it moves', async () => {
    const running = seenOf(0, { standing: 'Running' });
    const held = {
      all: [running],
      progress: new Map([[running.execution, { says: 'working', progress: 0.1 }]]),
    };
    const { address } = await served(held);
    const page = await openPage();
    await page.goto(address);
    await page.locator('#running a').focus();
    held.progress.set(running.execution, { says: 'almost', progress: 0.9 });
    await page.locator('progress[value="90"]').waitFor();
    expect(await page.locator(':focus').textContent()).toBe('generation-0');
  });

  it('shows a PDF in the page', async () => {
    const body = Buffer.from(await makePdf(demoDeck('A deck of the tests')));
    const archive = archiveOf(archivedFile('pdf', { bytes: body.length }));
    const { address } = await served({ all: [seenOf(0)], archive, body });
    const page = await openPage();
    await page.goto(address);
    const shown = page.waitForResponse((response) => response.url().endsWith('/file/0'));
    await page.locator('#list a').first().click();
    expect((await shown).headers()['content-type']).toBe('application/pdf');
    // The browser's own viewer lies in the frame, not an error page.
    await page
      .frameLocator('iframe')
      .locator('embed, pdf-viewer, body')
      .first()
      .waitFor({ state: 'attached' });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'presentation.pdf' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('presentation.pdf');
  });

  it('sends a generation again at a button, and only after the tick where it may be paid', async () => {
    const { generationId: _, ...request } = seenOf(2, {
      requestId: 'order-7',
      standing: 'NotStarted',
      error: { code: 'InsufficientCredits', message: 'no credits' },
      trigger: {
        credential: 'default',
        metadata: {},
        requestedAt: noon,
        deadline: noon + 60_000,
        eventId: 'x',
        request: { inputText: 'Bread', textMode: 'generate', format: 'presentation' },
      },
    });
    const { address, sent } = await served({ all: [failed, request] });
    const page = await openPage();
    await page.goto(address);
    await page.getByRole('button', { name: 'Send gamma generation-1 again' }).click();
    await page.getByText('Sent again.').waitFor();
    expect(sent.map(({ detailType }) => detailType)).toEqual(['Generation Started']);
    await page.goBack();
    await page.getByRole('button', { name: 'Send gamma order-7 again' }).click();
    expect(await page.getByRole('heading', { name: 'Under way' }).count()).toBe(1);
    expect(sent).toHaveLength(1);
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Send gamma order-7 again' }).click();
    await page.getByText('Sent again.').waitFor();
    expect(sent).toHaveLength(2);
  });

  it('runs none of the hostile texts', async () => {
    const hostile = JSON.parse(
      readFileSync('test/fixtures/console/hostile.json', 'utf8'),
    ) as string[];
    const all = hostile.map((text, index) =>
      seenOf(index, {
        generationId: text,
        standing: 'NotArchived',
        error: { code: 'DownloadFailed', message: text },
        trigger: {
          credential: text,
          metadata: { [text]: text },
          requestedAt: noon,
          deadline: noon,
          eventId: text,
        },
      }),
    );
    const { address } = await served({ all });
    const page = await openPage();
    await page.goto(address);
    expect(await page.locator('#list li').count()).toBe(hostile.length);
    expect(
      await page
        .locator(
          '#list script, #list img, #list iframe, #list style, #list svg, #list [onerror], #list [onload]',
        )
        .count(),
    ).toBe(0);
  });

  it.each(['light', 'dark'] as const)(
    'fits a narrow window and has contrast in %s',
    async (colorScheme) => {
      const { address } = await served({ all: [failed, ...many.slice(0, 60)] });
      const page = await openPage({ width: 320, height: 640 });
      await page.emulateMedia({ colorScheme });
      await page.goto(address);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
      const [text, back] = (await page.evaluate(
        '[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]',
      )) as [string, string];
      expect(Math.abs(luminance(text) - luminance(back))).toBeGreaterThan(0.7);
      expect(luminance(back) < 0.5).toBe(colorScheme === 'dark');
    },
  );

  it('cannot be shown in a frame of another site, nor read by it', async () => {
    const { address } = await served({ all: [failed] });
    const other = await served({ all: [] });
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(other.address);
    const read = await page.evaluate(
      `fetch(${JSON.stringify(address)}).then((answer) => answer.text(), (error) => 'refused: ' + error.name)`,
    );
    expect(read).toBe('refused: TypeError');
  });

  it('says where the server has ended', async () => {
    const fake = fakeBackend({ all: [failed] });
    const { address, close } = await servePage(
      { backend: fake.backend, now: () => Date.now(), explain: () => undefined },
      0,
    );
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(address);
    await close();
    await page.getByText('The server does not answer any more').waitFor();
  });
});

describe('npm start -- --page', () => {
  it('shows the demonstration while it runs, and stays until Ctrl-C', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'generation-archiver-page-'));
    const project = join(import.meta.dirname, '../..');
    const child = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), join(project, 'bin/archive.ts'), '--page'],
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const ended = new Promise<number | null>((resolve) => {
      child.once('close', resolve);
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    });
    let address = '';
    for await (const line of createInterface({ input: child.stderr })) {
      address = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(line)?.[0] ?? '';
      if (address !== '') break;
    }
    const page = await openPage();
    await page.goto(address);
    await page.locator('#running progress').first().waitFor();
    await page
      .locator('#running', { hasText: 'Nothing is under way' })
      .waitFor({ timeout: 50_000 });
    expect(await page.locator('#list .badge.good').count()).toBe(7);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});
