import { html } from 'hono/html';
import { fileName, sizeText } from '../../local/progress-lines.ts';
import { plain } from '../../local/terminal-text.ts';
import type { ArchivedFile, Cost, DeadLetter, Progress, Seen, StoryLine } from '../backend.ts';
import { spanText, timeText } from '../commands/text.ts';
import { remedyOf } from '../executions/remedies.ts';
import { idText, isArchived, isFailed, standingText } from '../executions/standing.ts';
import { planRetry } from '../plan-retry.ts';

/** HTML in which every text from outside was escaped by the template that put it there. */
export type Html = ReturnType<typeof html>;

/** What the links and forms of a page need. */
export interface Forms {
  /** Begins every path: `/` and the token. */
  readonly base: string;
  /** Proves that a form is of this page. */
  readonly csrf: string;
}

const nothing = html``;

/** As a part of a path: half a surrogate pair has no place in one. */
const pathPart = (text: string): string =>
  encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\uFFFD'));

const pathOf = (base: string, seen: Seen): string =>
  `${base}/generation/${pathPart(seen.provider)}/${pathPart(idText(seen))}`;

const nameOf = (seen: Seen): string => plain(`${seen.provider} ${idText(seen)}`);

/** Usable as an element's id, and the same for one execution. */
const elementId = ({ execution }: Seen): string =>
  `g-${execution.slice(execution.lastIndexOf(':') + 1).replaceAll(/[^\w-]/g, '_')}`;

const time = (milliseconds: number): Html =>
  html`<time datetime="${new Date(milliseconds).toISOString()}">${timeText(milliseconds)}</time>`;

const metadataText = ({ trigger }: Seen): string => {
  const text = JSON.stringify(trigger?.metadata ?? {});
  return text === '{}' ? '' : plain(text);
};

const heading = ({ base }: Forms, seen: Seen): Html => {
  const id = plain(idText(seen));
  return html`<strong>${seen.provider}</strong> ${
    seen.idBeginning === undefined
      ? html`<a id="${elementId(seen)}" href="${pathOf(base, seen)}">${id}</a>`
      : html`<span>${id}</span>`
  }`;
};

const badge = ({ standing }: Seen): Html => {
  const ended = isArchived({ standing }) ? 'good' : 'bad';
  const kind = standing === 'Running' ? 'running' : ended;
  return html`<span class="badge ${kind}">${standingText(standing)}</span>`;
};

const runningRow = (forms: Forms, seen: Seen, said: Progress | undefined, now: number): Html => {
  const { progress, says, checks } = said ?? { says: 'waiting for its first check' };
  const value =
    progress === undefined ? nothing : html` max="100" value="${Math.round(progress * 100)}"`;
  const checked = checks === undefined ? '' : `, ${checks} ${checks === 1 ? 'check' : 'checks'}`;
  return html`<li data-name="${nameOf(seen)}">${heading(forms, seen)}
    <progress aria-label="progress of ${nameOf(seen)}"${value}></progress> <span>${plain(says)}</span>
    <span class="quiet">for ${spanText(now - seen.startedAt)}${checked}</span></li>`;
};

/** Those that are under way, with what they say. */
export const runningPart = (
  forms: Forms,
  running: readonly Seen[],
  said: ReadonlyMap<string, Progress>,
  now: number,
): Html =>
  running.length === 0
    ? html`<p>Nothing is under way.</p>`
    : html`<ul class="rows">${running.map((seen) => runningRow(forms, seen, said.get(seen.execution), now))}</ul>`;

const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`;

/** The button that sends a generation again; where that may be paid, only after a tick. */
const retryForm = ({ base, csrf }: Forms, seen: Seen): Html => {
  const retry = planRetry(seen);
  if (retry.kind === 'leave' || seen.idBeginning !== undefined) return nothing;
  const { mayCost } = retry;
  const tick = html`<label><input type="checkbox" name="paid" value="yes" required /> The provider may charge for ${mayCost}</label>`;
  return html`<form method="post" action="${base}/retry">
    ${hidden('csrf', csrf)}${hidden('provider', seen.provider)}${hidden('id', idText(seen))}
    ${mayCost === undefined ? nothing : tick} <button aria-label="Send ${nameOf(seen)} again">Send again</button></form>`;
};

const failurePart = (forms: Forms, seen: Seen): Html => {
  const { error } = seen;
  if (!isFailed(seen) || error === undefined) return nothing;
  return html`<p class="why">${plain(error.message)} <span class="quiet">(${error.code})</span><br />
    <strong>What to do:</strong> ${remedyOf(seen).says}.</p>${retryForm(forms, seen)}`;
};

const row = (forms: Forms, seen: Seen, now: number): Html => {
  const files = (seen.artifacts ?? []).map(({ format, bytes }) => `${format} ${sizeText(bytes)}`);
  return html`<li>${badge(seen)} ${heading(forms, seen)} <span>${files.join(', ')}</span>
    <span class="quiet">${time(seen.startedAt)}, ${spanText((seen.endedAt ?? now) - seen.startedAt)} ${metadataText(seen)}</span>
    ${failurePart(forms, seen)}</li>`;
};

/** A part of the archive, and the way to what is older. */
export const listPart = (
  forms: Forms,
  list: readonly Seen[],
  older: string | undefined,
  now: number,
): Html => {
  const rows = html`<ol class="rows">${list.map((seen) => row(forms, seen, now))}</ol>`;
  return html`${list.length === 0 ? html`<p>Nothing that was asked for is here.</p>` : rows}
    ${older === undefined ? nothing : html`<p><a id="older" rel="next" href="${older}">Older</a></p>`}`;
};

/** Something that a list does not show. */
export const notePart = (text: string): Html => html`<p class="quiet">${text}</p>`;

/** Something that did not work, for people. */
export const alertPart = (text: string): Html => html`<p role="alert" class="alert">${text}</p>`;

/** What today cost. */
export const costPart = ({ dollars, note }: Cost): Html =>
  html`<p id="cost"><strong>Today: ${dollars === undefined ? 'cost not known' : `about $${dollars.toFixed(2)}`}</strong>
    <span class="quiet">${note}</span></p>`;

const fileItem = (path: string, { key, bytes, sha256 }: ArchivedFile, index: number): Html =>
  html`<li><a href="${path}/file/${index}?download" download>${plain(fileName(key))}</a>
    ${sizeText(bytes)} <code>SHA-256 ${sha256}</code></li>`;

const filesPart = (path: string, files: readonly ArchivedFile[]): Html => {
  if (files.length === 0) return nothing;
  const pdf = files.findIndex(({ format }) => format === 'pdf');
  const frame = html`<iframe title="The deck" src="${path}/file/${pdf}"></iframe>`;
  return html`<h2>Files</h2><ul>${files.map((file, index) => fileItem(path, file, index))}</ul>
    ${pdf < 0 ? nothing : frame}`;
};

const storyItem = ({ at, what, detail = '' }: StoryLine): Html =>
  html`<li>${time(at)} <strong>${plain(what)}</strong> ${plain(detail)}</li>`;

/** Everything about one generation. */
export const generationPart = (
  forms: Forms,
  seen: Seen,
  story: readonly StoryLine[],
  files: readonly ArchivedFile[],
): Html => html`<h1>${nameOf(seen)}</h1><p>${badge(seen)} ${metadataText(seen)}</p>
  ${failurePart(forms, seen)}${filesPart(pathOf(forms.base, seen), files)}
  <h2>What happened</h2><ol class="story">${story.map(storyItem)}</ol>`;

const letterRow = ({ base, csrf }: Forms, letter: DeadLetter): Html => {
  const { id, detailType, provider = '', about = '', sentAt = '', consequence } = letter;
  const name = plain(`${detailType} ${provider} ${about}`);
  return html`<li><strong>${name}</strong> <span class="quiet">${plain(sentAt)}</span>
    <p class="why">${consequence}. ${plain(letter.reason ?? '')}</p>
    <form method="post" action="${base}/dead-letters">${hidden('csrf', csrf)}${hidden('id', id)}
      <button aria-label="Send ${name} again">Send again</button></form></li>`;
};

/** What could not be handled. */
export const lettersPart = (forms: Forms, letters: readonly DeadLetter[]): Html =>
  letters.length === 0
    ? html`<p>There are no dead letters.</p>`
    : html`<ul class="rows">${letters.map((letter) => letterRow(forms, letter))}</ul>`;
