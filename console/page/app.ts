import { readFileSync } from 'node:fs';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { html } from 'hono/html';
import { providerNames } from '../../lambdas/providers/registry.ts';
import { fileName } from '../../local/progress-lines.ts';
import type { Archive, Name, Seen } from '../backend.ts';
import { kept } from '../kept.ts';
import { addActions, type ActionOptions } from './actions.ts';
import { createFrame, streamOf } from './frame.ts';
import { framedHeaders, guard, type GuardOptions } from './guard.ts';
import { filterForm } from './layout.ts';
import {
  alertPart,
  costPart,
  generationPart,
  lettersPart,
  listPart,
  notePart,
  runningPart,
} from './parts.ts';
import type { Html } from './parts.ts';
import { cursorOf, filterOf, maxDetails, pageOf, queryOf } from './queries.ts';

/** What the page is made of. */
export interface PageOptions extends GuardOptions, ActionOptions {
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

/** The page over an archiver: every path begins with the token. */
export const createPage = (options: PageOptions): Hono => {
  const { backend, token, csrf, now, explain } = options;
  const base = `/${token}`;
  const forms = { base, csrf };
  const { told, orAlert, streamed } = createFrame(base, backend.title, explain);
  const app = new Hono({ strict: false });
  app.use(
    guard(options),
    bodyLimit({ maxSize, onError: (context) => context.text('Too large.', 413) }),
  );
  app.onError((error, context) => context.text(told(error), 500));
  const pages = app.basePath(base);

  const running = kept(runningKept, now, async (): Promise<Html> => {
    const all: Seen[] = [];
    // One more than is shown tells that there are more.
    const limit = maxRunning + 1;
    const query = { which: 'running', limit, maxDetails: limit } as const;
    for await (const { seen } of backend.list(query)) {
      all.push(...seen);
      if (all.length > maxRunning) break;
    }
    const shown = all.slice(0, maxRunning);
    const rows = runningPart(forms, shown, await backend.progress(shown), now());
    return all.length > maxRunning
      ? html`${rows}${notePart(`The newest ${maxRunning}; there are more.`)}`
      : rows;
  });
  const cost = kept(costKept, now, async () => backend.costToday());

  const list = async (context: Context): Promise<Html> => {
    const filter = filterOf((name) => context.req.query(name));
    const from = cursorOf(context.req.query('from'));
    const { shown, place, isBrief } = await pageOf(backend, queryOf(filter, now()), from);
    const address = new URLSearchParams({ ...filter, from: place ?? '' }).toString();
    const older = place === undefined ? undefined : `${base}/?${address}`;
    const rows = listPart(forms, shown, older, now());
    return isBrief
      ? html`${rows}${notePart(`No more than ${maxDetails} were looked through.`)}`
      : rows;
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
          backend.providers.length > 0 ? backend.providers : providerNames,
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
    const safeName = fileName(file.key).replaceAll(/[^\w.-]/g, '_');
    return context.body(streamOf(await backend.open(file)), 200, {
      ...(isShown ? framedHeaders : {}),
      'content-type': isShown ? 'application/pdf' : 'application/octet-stream',
      // No length: the manifest's is not proof of what the object has.
      'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename="${safeName}"`,
    });
  });

  pages.get('/dead-letters', (context) =>
    streamed(context, 'Dead letters', async () => {
      const letters = await backend.deadLetters();
      await backend.release();
      return html`<h1>Dead letters</h1>${lettersPart(forms, letters)}`;
    }),
  );

  addActions(pages, options, streamed);
  return app;
};
