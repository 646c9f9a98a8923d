import { exitStatus } from '../../local/command-request.ts';
import { plain } from '../../local/terminal-text.ts';
import type { Backend } from '../backend.ts';
import { problemsText, sendTrigger } from '../check-trigger.ts';
import { maxRetries, planRetries, type Retries } from '../plan-retries.ts';
import { latestOf, planRetry, retryText, type Sending } from '../plan-retry.ts';
import { attempted } from './attempted.ts';
import { confirmed } from './confirmed.ts';
import type { Since } from './options.ts';
import { unknownText } from './show.ts';
import { isInterrupted } from './terminal.ts';
import type { Connection, Terminal, Understand } from './terminal.ts';
import { jsonLine } from './text.ts';

const sendAll = async (
  connection: Connection,
  sendings: readonly Sending[],
  json: boolean,
  terminal: Terminal,
): Promise<number> => {
  const { output, errors } = terminal;
  let sent = 0;
  for (const sending of sendings) {
    if (isInterrupted(terminal)) break;
    const { detailType, detail } = sending;
    const why = await attempted(connection, async () => {
      const outcome = await sendTrigger(connection.backend, detailType, detail);
      if (!outcome.ok) return problemsText(outcome.problems);
      const { provider, generationId, requestId } = detail;
      const { eventId } = outcome;
      if (json) output.write(jsonLine({ detailType, provider, generationId, requestId, eventId }));
      return undefined;
    });
    if (why === undefined) sent += 1;
    else errors.write(`${plain(`not sent: ${retryText(sending)}: ${why}`)}\n`);
  }
  errors.write(`${sent} sent again.\n`);
  if (isInterrupted(terminal)) return exitStatus.interrupted;
  return sent === sendings.length ? exitStatus.archived : exitStatus.notArchived;
};

/** See {@link retry}. */
interface RetryOptions {
  readonly provider?: string;
  readonly id?: string;
  readonly failed: boolean;
  readonly since?: Since;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Reads what is to be sent again: one generation, or all that failed; `undefined` for an unknown one. */
type Plan = (backend: Backend, now: number) => Promise<Retries | undefined>;

/** Sends one generation, or all that failed since a time, once more. */
export const retry: Understand<RetryOptions> = (own, fail) => {
  const { provider, id, failed, since, yes, json } = own;
  const isAll = failed && since !== undefined && id === undefined;
  const one = provider === undefined || id === undefined ? undefined : { provider, id };
  if (!isAll && (failed || since !== undefined || one === undefined))
    return fail('name a provider and an id, or say --failed --since 6h');

  const plan: Plan = async (backend, now) => {
    if (one === undefined)
      return planRetries(backend, { since: since?.(now) ?? now, provider }, now);
    const seen = await backend.find(one);
    if (seen === undefined) return undefined;
    return { all: [planRetry(await latestOf(backend, seen))], isCut: false };
  };
  return async (connection, terminal) => {
    const { output, errors, now } = terminal;
    const retries = await plan(connection.backend, now());
    if (retries === undefined) {
      errors.write(one === undefined ? '' : unknownText(one));
      return exitStatus.notArchived;
    }
    const { all, isCut } = retries;
    const told = json ? errors : output;
    for (const each of all) told.write(`  ${plain(retryText(each))}\n`);
    if (isCut)
      errors.write(
        `More than ${maxRetries} failed: only the newest are looked at. --provider narrows it.\n`,
      );
    const sendings = all.filter((each) => each.kind === 'send');
    if (sendings.length === 0) {
      errors.write('There is nothing to send again.\n');
      return one === undefined ? exitStatus.archived : exitStatus.notArchived;
    }
    const paid = sendings.filter(({ mayCost }) => mayCost !== undefined).length;
    const cost = paid === 0 ? 'nothing is charged by a provider' : `${paid} may be charged`;
    return (await confirmed(`Send ${sendings.length} again? ${cost}.`, yes, terminal))
      ? sendAll(connection, sendings, json, terminal)
      : exitStatus.notArchived;
  };
};
