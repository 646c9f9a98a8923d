import type { FieldProblem } from '../../lambdas/contract/results.ts';
import type { TriggerDetailType } from '../../lambdas/contract/triggers.ts';
import { isProvider, providerNamed } from '../../lambdas/providers/registry.ts';
import { exitStatus } from '../../local/command-request.ts';
import { triggeringOf, triggersOf } from '../../local/command-triggers.ts';
import type { Fail, Triggering, TriggerOptions } from '../../local/command-triggers.ts';
import { makeOutFolder } from '../../local/out-folder.ts';
import { rejectionText } from '../../local/run-report.ts';
import { plain } from '../../local/terminal-text.ts';
import { wantedOf } from '../../local/triggers.ts';
import { sendTrigger, triggerProblems, type TriggerDetail } from '../check-trigger.ts';
import { get } from './files.ts';
import { follow, nameOf, type Following } from './follow.ts';
import type { Act, Terminal, Understand } from './terminal.ts';
import { jsonLine } from './text.ts';

/** What `send` takes beside what every trigger may say. */
interface SendOptions extends TriggerOptions {
  readonly provider: string;
  /** The argument that may be repeated. */
  readonly generationId: readonly string[];
  readonly wait: boolean;
  readonly out?: string;
  readonly json: boolean;
}

/** A provider from outside the package is known to the deployment alone, and followed only. */
const understood = (own: SendOptions, fail: Fail): Triggering => {
  const { provider, generationId: ids, wait, out } = own;
  if (out !== undefined && !wait) fail('--out needs --wait');
  if (isProvider(provider)) return triggeringOf(providerNamed(provider), ids, own, fail);
  if (own.prompt !== undefined || own.request !== undefined || ids.length === 0)
    fail(`${provider} is none of the archiver's own: name the id of a generation to follow`);
  const { prompt: _, request: __, requestId: ___, export: ____, ...rest } = own;
  return { ...rest, kind: 'archive', provider, generationIds: [...new Set(ids)] };
};

/** Tells what is wrong with a trigger that did not leave. */
const refuse = (problems: readonly FieldProblem[], { errors }: Terminal): number => {
  errors.write(rejectionText(problems));
  return exitStatus.badUsage;
};

/** Sends what starts or follows generations, and follows them with `--wait`. */
export const send: Understand<SendOptions> = (own, fail) => {
  const { json, wait, out } = own;
  const triggering = understood(own, fail);
  return async (connection, terminal) => {
    const { output, errors } = terminal;
    const { backend } = connection;
    const triggers = await triggersOf(triggering, terminal.input);
    const unusable = out === undefined ? undefined : await makeOutFolder(out);
    const mistake = typeof triggers === 'string' ? triggers : unusable;
    if (typeof triggers === 'string' || mistake !== undefined) {
      errors.write(`error: ${plain(mistake ?? '')}\n`);
      return exitStatus.badUsage;
    }
    // All of them before the first leaves.
    const problems = triggers.flatMap(({ detailType, detail }) =>
      triggerProblems(backend, detailType, detail),
    );
    if (problems.length > 0) return refuse(problems, terminal);
    const sent: Following[] = [];
    for (const trigger of triggers) {
      const { detailType } = trigger;
      const eventId = await backend.send(detailType, trigger.detail);
      const wanted = wantedOf(trigger);
      sent.push({ wanted, eventId });
      if (!json) output.write(`Sent ${detailType}: ${wanted.provider} ${nameOf(wanted).id}\n`);
      else if (!wait) output.write(jsonLine({ detailType, ...wanted, eventId }));
    }
    if (!wait) return exitStatus.archived;
    let worst = await follow(backend, sent, json, terminal);
    if (out === undefined || worst === exitStatus.interrupted) return worst;
    const streams = { ...terminal, output: json ? errors : output };
    for (const { wanted } of sent)
      worst = Math.max(
        worst,
        await get({ ...nameOf(wanted), out, json: false })(connection, streams),
      );
    return worst;
  };
};

/** Sends one trigger of another kind. */
const sendOne =
  (detailType: TriggerDetailType, detail: TriggerDetail, json: boolean): Act =>
  async ({ backend }, terminal) => {
    const outcome = await sendTrigger(backend, detailType, detail);
    if (!outcome.ok) return refuse(outcome.problems, terminal);
    const { eventId } = outcome;
    terminal.output.write(json ? jsonLine({ detailType, eventId }) : `Sent ${detailType}.\n`);
    return exitStatus.archived;
  };

/** See {@link reply}. */
interface ReplyOptions {
  readonly provider: string;
  readonly generationId: string;
  readonly answer: string;
  readonly credential: string;
  readonly questionId?: string;
  readonly json: boolean;
}

/** Answers the question of a provider. */
export const reply: Understand<ReplyOptions> = ({ json, answer, ...own }) => {
  const { provider, generationId, credential, questionId } = own;
  const detail = { provider, generationId, content: answer, credential, questionId };
  return sendOne('Generation Reply', detail, json);
};

/** See {@link cancel}. */
interface CancelOptions {
  readonly provider: string;
  readonly generationId?: string;
  readonly requestId?: string;
  readonly json: boolean;
}

/** Ends the following of a generation. */
export const cancel: Understand<CancelOptions> = ({ json, ...own }) => {
  const { provider, generationId, requestId } = own;
  return sendOne('Generation Cancel', { provider, generationId, requestId }, json);
};
