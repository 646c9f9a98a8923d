import type { Command } from 'commander';
import type { FieldProblem } from '../../lambdas/contract/results.ts';
import type { TriggerDetailType } from '../../lambdas/contract/triggers.ts';
import { isProvider, providerNamed } from '../../lambdas/providers/registry.ts';
import { exitStatus } from '../../local/command-request.ts';
import { failing, triggeringOf, triggersOf } from '../../local/command-triggers.ts';
import type { Triggering, TriggerOptions } from '../../local/command-triggers.ts';
import type { Wanted } from '../../local/progress.ts';
import { rejectionText } from '../../local/run-report.ts';
import type { Trigger } from '../../local/triggers.ts';
import type { Backend } from '../backend.ts';
import { sendTrigger } from '../check-trigger.ts';
import { get } from './files.ts';
import { follow, nameOf, type Following } from './follow.ts';
import type { Terminal } from './terminal.ts';

/** What `send` takes beside what every trigger may say. */
export interface SendOptions extends TriggerOptions {
  readonly wait: boolean;
  readonly out?: string;
  readonly json: boolean;
}

/**
 * What a `send` stands for. A provider from outside the package is known to the deployment alone,
 * and followed only.
 */
export const understandSend = (
  command: Command,
  provider: string,
  ids: readonly string[],
  options: SendOptions,
): Triggering => {
  const fail = failing(command);
  if (options.out !== undefined && !options.wait) fail('--out needs --wait');
  if (isProvider(provider)) return triggeringOf(providerNamed(provider), ids, options, fail);
  if (options.prompt !== undefined || options.request !== undefined || ids.length === 0)
    fail(`${provider} is none of the archiver's own: name the id of a generation to follow`);
  const { prompt: _, request: __, requestId: ___, export: ____, ...rest } = options;
  return { ...rest, kind: 'archive', provider, generationIds: [...new Set(ids)] };
};

/** Tells what is wrong with a trigger that did not leave. */
const refuse = (
  problems: readonly FieldProblem[],
  { errors }: Pick<Terminal, 'errors'>,
): number => {
  errors.write(rejectionText(problems));
  return exitStatus.badUsage;
};

const wantedOf = ({ detail }: Trigger): Wanted => {
  const { provider } = detail;
  return 'requestId' in detail
    ? { provider, requestId: detail.requestId }
    : { provider, generationId: detail.generationId };
};

/** Sends what starts or follows generations, and follows them with `--wait`. */
export const send = async (
  wanted: Triggering,
  { json, wait, out }: Pick<SendOptions, 'json' | 'wait' | 'out'>,
  backend: Backend,
  terminal: Terminal,
): Promise<number> => {
  const { output, errors } = terminal;
  const triggers = await triggersOf(wanted, terminal.input);
  if (typeof triggers === 'string') {
    errors.write(`error: ${triggers}\n`);
    return exitStatus.badUsage;
  }
  const sent: Following[] = [];
  for (const trigger of triggers) {
    const { detailType } = trigger;
    const outcome = await sendTrigger(backend, detailType, trigger.detail);
    if (!outcome.ok) return refuse(outcome.problems, terminal);
    const following = { wanted: wantedOf(trigger), eventId: outcome.eventId };
    sent.push(following);
    const { id } = nameOf(following.wanted);
    if (json && !wait)
      output.write(
        `${JSON.stringify({ detailType, ...following.wanted, eventId: outcome.eventId })}\n`,
      );
    if (!json) output.write(`Sent ${detailType}: ${wanted.provider} ${id}\n`);
  }
  if (!wait) return exitStatus.archived;
  const status = await follow(backend, sent, json, terminal);
  if (out === undefined || status === exitStatus.interrupted) return status;
  let worst = status;
  const places = { errors, output: json ? errors : output };
  for (const one of sent)
    worst = Math.max(worst, await get(backend, nameOf(one.wanted), { out, json: false }, places));
  return worst;
};

/** Sends one trigger of another kind: a reply or a cancel. */
export const sendOne = async (
  backend: Backend,
  detailType: TriggerDetailType,
  detail: { readonly provider: string },
  json: boolean,
  terminal: Terminal,
): Promise<number> => {
  const outcome = await sendTrigger(backend, detailType, detail);
  if (!outcome.ok) return refuse(outcome.problems, terminal);
  const { eventId } = outcome;
  terminal.output.write(
    json ? `${JSON.stringify({ detailType, eventId })}\n` : `Sent ${detailType}.\n`,
  );
  return exitStatus.archived;
};
