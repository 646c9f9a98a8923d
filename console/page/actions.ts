import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import { ownField } from '../../lambdas/contract/own-field.ts';
import type { Backend } from '../backend.ts';
import { problemsText, sendTrigger } from '../check-trigger.ts';
import { latestOf, planRetry } from '../plan-retry.ts';
import type { Streamed } from './frame.ts';
import { isSame } from './guard.ts';

/** What the forms of the page act on. */
export interface ActionOptions {
  readonly backend: Backend;
  /** Stands first in every path. */
  readonly token: string;
  /** Proves that a form is of this page. */
  readonly csrf: string;
}

/** A field of the form that was sent; empty where it has none. */
type Field = (name: string) => string;

const retry = async (backend: Backend, field: Field): Promise<string> => {
  const seen = await backend.find({ provider: field('provider'), id: field('id') });
  const planned = seen === undefined ? undefined : planRetry(await latestOf(backend, seen));
  if (planned?.kind !== 'send') return `Nothing was sent: ${planned?.why ?? 'it is not known'}.`;
  if (planned.mayCost !== undefined && field('paid') !== 'yes')
    return 'Nothing was sent: it may be charged, and that was not ticked.';
  const sent = await sendTrigger(backend, planned.detailType, planned.detail);
  return sent.ok
    ? 'Sent again. It appears in a moment.'
    : `Nothing was sent: ${problemsText(sent.problems)}`;
};

const resend = async (backend: Backend, field: Field): Promise<string> => {
  const letters = await backend.deadLetters();
  try {
    const letter = letters.find(({ id }) => id === field('id'));
    const refused =
      letter === undefined ? 'it is not in the queue any more' : await backend.resend(letter);
    return refused === undefined ? 'Sent again.' : `Left in the queue: ${refused}.`;
  } finally {
    await backend.release();
  }
};

/** The paths that forms of this page are sent to; no other form is heard. */
export const addActions = (
  pages: Hono,
  { backend, token, csrf }: ActionOptions,
  streamed: Streamed,
): void => {
  const acting = (act: typeof retry) => async (context: Context) => {
    const fields = await context.req.parseBody().catch(() => ({}));
    const field = (name: string): string => {
      const value = ownField(fields, name);
      return typeof value === 'string' ? value : '';
    };
    if (!isSame(field('csrf'), csrf)) return context.text('Not from this page.', 403);
    return streamed(context, 'Sent', async () => {
      const told = await act(backend, field);
      return html`<h1>Send again</h1><p role="status">${told}</p><p><a href="/${token}/">Back to the generations</a></p>`;
    });
  };
  pages.post('/retry', acting(retry));
  pages.post('/dead-letters', acting(resend));
};
