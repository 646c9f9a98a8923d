import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { html } from 'hono/html';
import type { Archive, Backend, Name, Seen } from '../backend.ts';
import { sendTrigger } from '../check-trigger.ts';
import { planRetry } from '../plan-retry.ts';
import { framedHeaders, guard, isSame, type GuardOptions } from './guard.ts';
import { kept } from './kept.ts';
import { filterForm, pageEnd, pageHead } from './layout.ts';
import {
  alertPart,
  costPart,
  generationPart,
  lettersPart,
  listPart,
  runningPart,
} from './parts.ts';
import type { Html } from './parts.ts';
import { cursorOf, filterOf, pageOf, queryOf } from './queries.ts';

/** What the page is made of. */
export interface PageOptions extends GuardOptions {
  readonly backend: Backend;
  /** Proves that a form is of this page. */
  readonly csrf: string;
  readonly now: () => number;
  /** What an error means for a person; `undefined` for a defect. */
  readonly explain: (error: unknown) => string | undefined;
}

/** Generations under way that are shown. */
const maxRunning = 100;

/** Milliseconds for which the costs are kept: asking for them costs, too. */
const costKept = 600_000;

/** Milliseconds for which what is under way is kept: several windows ask for the price of one. */
const runningKept = 1000;

/** Bytes of the largest form. */
const maxSize = 16 * 1024;

/** Files of the page's own, beside the HTML. */
const assets: Readonly<Record<string, string>> = {
  'page.css': 'text/css',
  'page.js': 'text/javascript',
  'icon.svg': 'image/svg+xml',
};

const asset = (name: string): string =>
  readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');

const nameIn = (context: Context): Name => ({
  provider: context.req.param('provider') ?? '',
  id: context.req.param('id') ?? '',
});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const streamOf = (chunks: AsyncIterable<Uint8Array>): ReadableStream =>
  Readable.toWeb(Readable.from(chunks)) as ReadableStream;

/** The page over an archiver: every path begins with the token. */
export const createPage = (options: PageOptions): Hono => {
  const { backend, token, csrf, now, explain } = options;
  const base = `/${token}`;
  const forms = { base, csrf };
  const app = new Hono({ strict: false });
  app.use(
    guard(options),
    bodyLimit({ maxSize, onError: (context) => context.text('Too large.', 413) }),
  );
  app.onError((error, context) =>
    context.text(explain(error) ?? 'Something went wrong here.', 500),
  );
  const pages = app.basePath(base);

  /** Shows what AWS refuses in place of what it refused. */
  const orAlert = async (part: () => Promise<Html>): Promise<Html> => {
    try {
      return await part();
    } catch (error) {
      return alertPart(explain(error) ?? 'Something went wrong here.');
    }
  };

  /** Sends the head at once, and each part as soon as it is there. */
  const streamed = (
    context: Context,
    heading: string,
    ...parts: readonly (() => Promise<Html>)[]
  ) => {
    const all = async function* all(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(String(await pageHead(base, backend.title, heading)));
      for (const part of parts) yield Buffer.from(String(await orAlert(part)));
      yield Buffer.from(String(await pageEnd));
    };
    context.header('content-type', 'text/html; charset=utf-8');
    return context.body(streamOf(all()));
  };

  const running = kept(runningKept, now, async (): Promise<Html> => {
    const all: Seen[] = [];
    const query = { which: 'running', limit: maxRunning, maxDetails: maxRunning } as const;
    for await (const { seen } of backend.list(query)) {
      all.push(...seen);
      if (all.length >= maxRunning) break;
    }
    return runningPart(forms, all, await backend.progress(all), now());
  });
  const cost = kept(costKept, now, async () => backend.costToday());

  const list = async (context: Context): Promise<Html> => {
    const filter = filterOf((name) => context.req.query(name));
    const from = cursorOf(context.req.query('from'));
    const { shown, place } = await pageOf(backend, queryOf(filter, now()), from);
    const address = new URLSearchParams({ ...filter, from: place ?? '' }).toString();
    return listPart(forms, shown, place === undefined ? undefined : `${base}/?${address}`, now());
  };

  pages.get('/', (context) =>
    streamed(
      context,
      'Generations',
      async () =>
        html`<h1>Under way</h1><div id="running">${await orAlert(running)}</div><h2>Archive</h2>`,
      async () =>
        filterForm(
          base,
          filterOf((name) => context.req.query(name)),
          backend.providers,
        ),
      async () => html`<div id="list">${await orAlert(async () => list(context))}</div>`,
      async () => costPart(await cost()),
    ),
  );
  pages.get('/part/running', async (context) => context.html(await orAlert(running)));
  pages.get('/part/list', async (context) =>
    context.html(await orAlert(async () => list(context))),
  );
  for (const [name, type] of Object.entries(assets))
    pages.get(`/${name}`, (context) => context.body(asset(name), 200, { 'content-type': type }));

  const archiveOf = async (name: Name, seen: Seen | undefined): Promise<Archive | undefined> =>
    seen?.standing === 'Running' ? undefined : backend.archive(name, seen);

  pages.get('/generation/:provider/:id', (context) => {
    const name = nameIn(context);
    return streamed(context, `${name.provider} ${name.id}`, async () => {
      const seen = await backend.find(name);
      if (seen === undefined) return alertPart('Nothing is known of this generation.');
      const [story, archive] = await Promise.all([backend.story(seen), archiveOf(name, seen)]);
      return generationPart(forms, seen, story, archive?.files ?? []);
    });
  });

  pages.get('/generation/:provider/:id/file/:index', async (context) => {
    const name = nameIn(context);
    const archive = await archiveOf(name, await backend.find(name));
    const file = archive?.files[Number(context.req.param('index'))];
    if (file === undefined) return context.text('There is no such file.', 404);
    // What is not a PDF is never opened here, whatever it says that it is.
    const isShown = file.format === 'pdf' && context.req.query('download') === undefined;
    const fileName = file.key.slice(file.key.lastIndexOf('/') + 1).replaceAll(/[^\w.-]/g, '_');
    return context.body(streamOf(await backend.open(file)), 200, {
      ...(isShown ? framedHeaders : {}),
      'content-type': isShown ? 'application/pdf' : 'application/octet-stream',
      'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename="${fileName}"`,
      'content-length': String(file.bytes),
    });
  });

  pages.get('/dead-letters', (context) =>
    streamed(context, 'Dead letters', async () => {
      const letters = await backend.deadLetters();
      await backend.release();
      return html`<h1>Dead letters</h1>${lettersPart(forms, letters)}`;
    }),
  );

  /** Does what a form of this page asks for, and tells what came of it; no other form is heard. */
  const acting =
    (act: (field: (name: string) => string) => Promise<string>) => async (context: Context) => {
      const fields = await context.req.parseBody();
      const field = (name: string): string =>
        textOf(Object.hasOwn(fields, name) ? fields[name] : undefined);
      if (!isSame(field('csrf'), csrf)) return context.text('Not from this page.', 403);
      return streamed(context, 'Sent', async () => {
        const told = await act(field);
        return html`<p role="status">${told}</p><p><a href="${base}/">Back to the generations</a></p>`;
      });
    };

  pages.post(
    '/retry',
    acting(async (field) => {
      const seen = await backend.find({ provider: field('provider'), id: field('id') });
      const retry = seen === undefined ? undefined : planRetry(seen);
      if (retry?.kind !== 'send') return `Nothing was sent: ${retry?.why ?? 'it is not known'}.`;
      if (retry.mayCost !== undefined && field('paid') !== 'yes')
        return 'Nothing was sent: it may be charged, and that was not ticked.';
      const sent = await sendTrigger(backend, retry.detailType, retry.detail);
      if (sent.ok) return 'Sent again. It appears in a moment.';
      return `Nothing was sent: ${sent.problems.map(({ field: name, message }) => `${name} ${message}`).join('; ')}`;
    }),
  );
  pages.post(
    '/dead-letters',
    acting(async (field) => {
      const letter = (await backend.deadLetters()).find(({ id }) => id === field('id'));
      const refused =
        letter === undefined ? 'it is not in the queue any more' : await backend.resend(letter);
      await backend.release();
      return refused === undefined ? 'Sent again.' : `Left in the queue: ${refused}.`;
    }),
  );
  return app;
};
