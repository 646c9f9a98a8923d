import type { ProviderSettings } from '../contract/environment.ts';
import type { Generation } from '../contract/generation.ts';
import { ownField } from '../contract/own-field.ts';
import type { Clock, Log, Measure, Measured, Random } from '../contract/ports.ts';
import { resultOf } from '../contract/result-of.ts';
import { checkInputSchema, type CheckInput, type Poll } from '../contract/state.ts';
import { beforeRound, checkWithinWindow } from '../polling/check-window.ts';
import { decide, type Decision } from '../polling/policy.ts';
import type { Report } from '../polling/status.ts';
import { forewarned, holdBack, throttledKey, type ThrottledKey } from '../polling/throttled-key.ts';
import type { AskProvider } from '../providers/asking/ask.ts';
import type { Registry } from '../providers/registry.ts';
import { logAbout, tellingErrors } from './about.ts';
import { createAnswerCounts, measuredAtEnd } from './answer-counts.ts';
import { measureOverdue } from './overdue.ts';

/** One check as an observer sees it: for progress displays and simulations. */
export interface Checked {
  readonly generation: Generation;
  readonly report: Report;
  readonly decision: Decision;
}

/** The world of a status check. */
export interface CheckStatusOptions {
  /** The providers of the deployment. */
  readonly registry: Pick<Registry, 'providerNamed'>;
  readonly ask: AskProvider;
  readonly settings: Readonly<Record<string, ProviderSettings>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly measure: Measure;
  readonly onCheck?: (checked: Checked) => void;
}

const pollOf = (
  decision: Decision,
  { generation, execution }: CheckInput,
  windowSeconds: number,
  now: number,
): Poll => {
  const { memory } = decision;
  const about = { generation, execution, memory, now };
  switch (decision.next) {
    case 'wait':
      return { next: 'wait', waitSeconds: Math.ceil(decision.seconds), memory };
    case 'announceInput': {
      const result = resultOf('Generation Awaiting Input', {
        ...about,
        details: decision.details,
        questionId: memory.announcedQuestion,
      });
      return {
        next: 'announceInput',
        ...beforeRound(decision.seconds, windowSeconds),
        memory,
        result,
      };
    }
    case 'copy':
      return { next: 'copy', waitSeconds: 0, memory };
    case 'stop': {
      const { detailType, problem, details } = decision;
      return {
        next: 'stop',
        waitSeconds: 0,
        memory,
        result: resultOf(detailType, { ...about, problem, details }),
      };
    }
  }
};

/**
 * The status check of one provider: asks, decides, and lingers while the next check is near. What
 * it returns becomes `$.poll`, and the machine's Choice compares `next` alone.
 */
export const createCheckStatus = ({
  registry,
  ask,
  settings,
  clock,
  random,
  measure,
  onCheck,
  ...options
}: CheckStatusOptions) => {
  // Lives as long as the execution environment, which checks one generation after another.
  const throttledKeys = new Map<string, ThrottledKey>();

  return async (input: unknown): Promise<Poll> => {
    const parsed = checkInputSchema.parse(input);
    const { generation, execution } = parsed;
    const own = ownField(settings, generation.provider);
    if (own === undefined)
      throw new Error(`provider '${generation.provider}' is not deployed with this function`);
    const { pace } = registry.providerNamed(generation.provider);
    const key = `${generation.provider}/${generation.credential}`;
    const log = logAbout(options.log, {
      provider: generation.provider,
      generationId: generation.generationId,
      execution,
    });
    const counts = createAnswerCounts(measure, generation.provider, clock);
    measureOverdue(measure, generation, clock.now());

    let memory = parsed.poll.memory;
    let atEnd: Measured = {};
    const check = async (): Promise<Decision> => {
      const askedAt = clock.now();
      const known = throttledKeys.get(key);
      if (known !== undefined) {
        memory = forewarned(memory, known, askedAt);
        const held = holdBack(memory, known, generation, askedAt, random());
        if (held !== undefined) {
          memory = held.memory;
          log('info', 'put off: the key was throttled a moment ago', { seconds: held.seconds });
          return held;
        }
      }
      const report = await ask(generation, memory.refusals > 0);
      const now = clock.now();
      const answerSeconds = (now - askedAt) / 1000;
      const decision = decide({
        report,
        memory,
        generation,
        settings: own,
        pace,
        now,
        answerSeconds,
        random: random(),
      });
      memory = decision.memory;
      const learnt = throttledKey(report, memory, pace, now);
      if (learnt !== undefined) throttledKeys.set(key, learnt);
      counts.add(report);
      atEnd = measuredAtEnd(decision, report, askedAt);
      const { status } = report;
      const isUnknown = status.kind === 'pending' && status.unknownStatus === true;
      log(isUnknown ? 'warn' : 'info', isUnknown ? 'unknown status, taken as pending' : 'checked', {
        kind: status.kind,
        next: decision.next,
        checks: memory.checks,
        ...('said' in status ? { said: status.said } : { reason: status.message }),
      });
      onCheck?.({ generation, report, decision });
      return decision;
    };

    const windowSeconds = own.checkWindowSeconds;
    const { sleepSeconds = 0 } = parsed.poll;
    const decision = await tellingErrors(log, () =>
      checkWithinWindow({ check, windowSeconds, sleepSeconds, clock }),
    );
    counts.write(atEnd);
    return pollOf(decision, parsed, windowSeconds, clock.now());
  };
};
