import { html } from 'hono/html';
import type { ListQuery } from '../backend.ts';
import type { Html } from './parts.ts';

/** What the filter form says, as the address has it. */
export interface Filter {
  readonly which: ListQuery['which'];
  /** Empty for every provider. */
  readonly provider: string;
  /** Hours; empty for all. */
  readonly since: string;
  /** `field=value`; empty for any. */
  readonly metadata: string;
}

/** What the form can show, in words. */
export const whiches: Readonly<Record<ListQuery['which'], string>> = {
  all: 'everything',
  running: 'under way',
  archived: 'archived',
  failed: 'failed',
};

const spans: Readonly<Record<string, string>> = {
  '': 'at any time',
  1: 'in the last hour',
  24: 'in the last day',
  168: 'in the last week',
};

const select = (name: string, all: Readonly<Record<string, string>>, chosen: string): Html => {
  const options = Object.entries(all).map(
    ([value, label]) =>
      html`<option value="${value}"${value === chosen ? html` selected` : ''}>${label}</option>`,
  );
  return html`<select name="${name}">${options}</select>`;
};

/** The form that filters the archive: its address can be kept. */
export const filterForm = (base: string, filter: Filter, providers: readonly string[]): Html => {
  const every = Object.fromEntries(providers.map((one) => [one, one]));
  return html`<form method="get" action="${base}/" role="search" class="filter">
    <label>Show ${select('which', whiches, filter.which)}</label>
    <label>of ${select('provider', { '': 'every provider', ...every }, filter.provider)}</label>
    <label>begun ${select('since', spans, filter.since)}</label>
    <label>with metadata <input name="metadata" value="${filter.metadata}" placeholder="customer=42" pattern="[^=]+=.*" /></label>
    <button>Filter</button></form>`;
};

/** Everything before the content. It is sent at once, before AWS is asked. */
export const pageHead = (base: string, title: string, heading: string): Html => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>${heading} – ${title}</title>
<link rel="icon" href="${base}/icon.svg" /><link rel="stylesheet" href="${base}/page.css" />
<script src="${base}/page.js" type="module"></script></head>
<body data-base="${base}"><a class="skip" href="#content">Skip to the content</a>
<header><p><strong>Generation Archiver</strong> ${title}</p>
<nav aria-label="Pages"><a href="${base}/">Generations</a> <a href="${base}/dead-letters">Dead letters</a></nav></header>
<p id="news" role="status"></p><main id="content" tabindex="-1">`;

/** Everything after it. */
export const pageEnd: Html = html`</main></body></html>`;
