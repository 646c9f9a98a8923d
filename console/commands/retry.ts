import { createInterface } from 'node:readline/promises';
import { exitStatus } from '../../local/command-request.ts';
import { plain } from '../../local/terminal-text.ts';
import type { Backend, DeadLetter, Name } from '../backend.ts';
import { sendTrigger } from '../check-trigger.ts';
import { planRetries, planRetry, retryText, type Retry } from '../plan-retry.ts';
import { unknownText } from './show.ts';
import type { Terminal } from './terminal.ts';
import { columns } from './text.ts';

/** Asks before something is sent; where the question cannot be asked, the answer is no. */
export const confirmed = async (
  question: string,
  yes: boolean,
  { input, errors, stop }: Terminal,
): Promise<boolean> => {
  if (yes) return true;
  if (!input.isTTY) {
    errors.write('nothing was sent: nobody can be asked here, so say --yes\n');
    return false;
  }
  const prompt = createInterface({ input, output: errors });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `, { signal: stop })).trim());
  } catch {
    return false;
  } finally {
    prompt.close();
  }
};

const sendAll = async (
  backend: Backend,
  retries: readonly Retry[],
  json: boolean,
  { output, errors }: Terminal,
): Promise<number> => {
  let failures = 0;
  for (const retry of retries) {
    if (retry.kind === 'leave') continue;
    const outcome = await sendTrigger(backend, retry.detailType, retry.detail);
    const { provider, generationId, requestId } = retry.detail;
    const about = { provider, generationId, requestId };
    if (outcome.ok) {
      if (json)
        output.write(
          `${JSON.stringify({ detailType: retry.detailType, ...about, eventId: outcome.eventId })}\n`,
        );
      continue;
    }
    failures += 1;
    const why = outcome.problems.map(({ field, message }) => `${field} ${message}`).join('; ');
    errors.write(plain(`not sent: ${retryText(retry)}: ${why}`) + '\n');
  }
  const sent = retries.filter(({ kind }) => kind === 'send').length - failures;
  errors.write(`${sent} sent again.\n`);
  return failures === 0 ? exitStatus.archived : exitStatus.notArchived;
};

/** Sends one generation, or all that failed since a time, once more. */
export const retry = async (
  backend: Backend,
  which: Name | { readonly since: number; readonly provider?: string },
  { yes, json }: { readonly yes: boolean; readonly json: boolean },
  terminal: Terminal,
): Promise<number> => {
  const { output, errors } = terminal;
  const isOne = 'id' in which;
  const seen = isOne ? await backend.find(which) : undefined;
  if (isOne && seen === undefined) {
    errors.write(unknownText(which));
    return exitStatus.notArchived;
  }
  const retries = isOne
    ? seen === undefined
      ? []
      : [planRetry(seen)]
    : await planRetries(backend, which);
  const told = json ? errors : output;
  for (const one of retries) told.write(`  ${plain(retryText(one))}\n`);
  const paid = retries.filter((one) => one.kind === 'send' && one.mayCost !== undefined).length;
  const free = retries.filter((one) => one.kind === 'send').length - paid;
  if (free + paid === 0) {
    errors.write('There is nothing to send again.\n');
    return isOne ? exitStatus.notArchived : exitStatus.archived;
  }
  const cost = paid === 0 ? 'nothing is charged by a provider' : `${paid} may be charged`;
  if (!(await confirmed(`Send ${free + paid} again? ${cost}.`, yes, terminal)))
    return exitStatus.notArchived;
  return sendAll(backend, retries, json, terminal);
};

const letterRow = ({
  detailType,
  provider = '',
  about = '',
  sentAt = '',
  consequence,
  reason,
}: DeadLetter): string[] =>
  [detailType, provider, about, sentAt, consequence, reason ?? ''].map(plain);

/** What an operator may see of a dead letter: never the event, which may hold an answer or a prompt. */
const letterJson = ({ id, detailType, provider, about, sentAt, consequence, reason }: DeadLetter) =>
  JSON.stringify({ id, detailType, provider, about, sentAt, consequence, reason });

/** Lists what could not be handled, and sends it again where that is wanted. */
export const deadLetters = async (
  backend: Backend,
  { send, yes, json }: { readonly send: boolean; readonly yes: boolean; readonly json: boolean },
  terminal: Terminal,
): Promise<number> => {
  const { output, errors } = terminal;
  const letters = await backend.deadLetters();
  try {
    const lines = json ? letters.map(letterJson) : columns(letters.map(letterRow));
    for (const line of lines) output.write(`${line}\n`);
    if (letters.length === 0) {
      errors.write('There are no dead letters.\n');
      return exitStatus.archived;
    }
    if (!send) {
      errors.write(
        `${letters.length} in the queue. Repair the cause first, then: generation-archiver dead-letters --send\n`,
      );
      return exitStatus.notArchived;
    }
    if (
      !(await confirmed(`Send ${letters.length} again, and delete what is taken?`, yes, terminal))
    )
      return exitStatus.notArchived;
    let left = 0;
    for (const letter of letters) {
      const why = await backend.resend(letter);
      if (why === undefined) continue;
      left += 1;
      errors.write(
        plain(`left in the queue: ${letterRow(letter).join(' ').trim()}: ${why}`) + '\n',
      );
    }
    errors.write(`${letters.length - left} sent again, ${left} left.\n`);
    return left === 0 ? exitStatus.archived : exitStatus.notArchived;
  } finally {
    await backend.release();
  }
};
