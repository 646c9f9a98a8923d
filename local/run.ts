import { randomUUID } from 'node:crypto';
import type { ApiKeys } from '../lambdas/contract/ports.ts';
import { rejectedDetailSchema, type FieldProblem } from '../lambdas/contract/results.ts';
import type { Checked } from '../lambdas/handlers/check-status.ts';
import type { GenerationArchiverProps } from '../lib/config/config.ts';
import { answersOf } from './answer-sources.ts';
import type { AnswerSources } from './answer-sources.ts';
import { createLocalArchiver } from './archiver.ts';
import type { LocalArchiver } from './archiver.ts';
import { exitStatus } from './command.ts';
import { createDisplay } from './display.ts';
import type { ExecutionEnd } from './engine.ts';
import type { LocalEvent } from './event-bus.ts';
import { firstTroubleIn } from './first-trouble.ts';
import { questionIn, replyTo } from './question-of.ts';
import { createQuestions } from './questions.ts';
import { createRequests } from './requests.ts';
import { conclude } from './run-conclusion.ts';
import { interruptionText } from './run-report.ts';
import { createStoppableClock } from './stoppable-clock.ts';
import { noteOutcome, prepare, wantedOf, withProgress } from './triggers.ts';
import type { Trigger } from './triggers.ts';

/** An onlooker: a page over the run. */
export interface Onlooker {
  /** The run has begun, and nothing was sent yet. */
  begin(archiver: Pick<LocalArchiver, 'trigger' | 'objects' | 'eventsFile'>): Promise<void>;
  /** A trigger event is sent. `time`s are milliseconds since 1970. */
  sent(trigger: Trigger, eventId: string, time: number): void;
  checked(checked: Checked, time: number): void;
  announced(event: LocalEvent, time: number): void;
  /** Everything has ended, and is told. Settles when the page is closed. */
  stay(): Promise<void>;
}

/** What a run is made of. */
export interface RunOptions extends AnswerSources {
  readonly props: GenerationArchiverProps;
  readonly folder: string;
  readonly apiKeys: ApiKeys;
  readonly triggers: readonly Trigger[];
  /** Aborted at Ctrl-C. */
  readonly stop: AbortSignal;
  readonly onlooker?: Onlooker;
}

const whenStopped = (stop: AbortSignal): Promise<'stopped'> =>
  new Promise((resolve) => {
    if (stop.aborted) resolve('stopped');
    stop.addEventListener('abort', () => resolve('stopped'), { once: true });
  });

/**
 * Starts and follows generations to their end, asks a person what the provider asks, and shows how
 * it goes.
 *
 * @returns the exit status
 */
export const runArchiver = async (options: RunOptions): Promise<number> => {
  const { props, folder, apiKeys, triggers, json, output, errors, stop, onlooker } = options;
  const clock = createStoppableClock(stop);
  const display = createDisplay({ output, json, now: () => clock.now() });
  const requests = createRequests(folder);
  let noted: Promise<unknown> = Promise.resolve();
  const rejections = new Map<string, readonly FieldProblem[]>();

  const onEvent = (event: LocalEvent): void => {
    display.show({ kind: 'announced', at: clock.now(), event });
    onlooker?.announced(event, clock.now());
    // What cannot be noted counts as unknown: nothing is paid for twice.
    noted = Promise.allSettled([noted, noteOutcome(requests, event)]);
    const rejected =
      event.detailType === 'Generation Rejected'
        ? rejectedDetailSchema.parse(event.detail)
        : undefined;
    if (rejected?.trigger.id !== undefined)
      rejections.set(rejected.trigger.id, rejected.error.problems);
  };
  const archiver = createLocalArchiver({
    props,
    folder,
    apiKeys,
    clock,
    onStart: ({ provider, requestId, start }) => {
      if (start.next === 'wait')
        display.show({
          kind: 'putOff',
          at: clock.now(),
          provider,
          requestId,
          seconds: start.waitSeconds,
        });
    },
    onCheck: (checked) => {
      display.show({ kind: 'checked', at: clock.now(), checked });
      const trouble = firstTroubleIn(checked);
      if (trouble !== undefined) display.say(trouble);
      onlooker?.checked(checked, clock.now());
      const asked = questionIn(checked);
      if (asked.kind === 'asked') questions.ask(asked.question);
      if (asked.kind === 'waits') questions.seen(checked.generation, asked.questionId);
    },
    onEvent,
  });
  const questions = createQuestions({
    answers: answersOf(options, display),
    send: async (question, content) => {
      const eventId = randomUUID();
      await archiver.trigger(replyTo(question, content), eventId, 'Generation Reply');
      return rejections.get(eventId);
    },
    say: display.say,
    answered: (question) => display.show({ kind: 'answered', at: clock.now(), ...question }),
  });

  let kept: number = exitStatus.archived;
  const follow = async (): Promise<ReadonlyMap<string, ExecutionEnd>> => {
    const sent: (Trigger & { readonly eventId: string })[] = [];
    for (const trigger of triggers) {
      const prepared = await prepare(requests, trigger);
      if (prepared.kind === 'keep') {
        errors.write(`${prepared.message}\n`);
        kept = prepared.isUsage ? exitStatus.badUsage : exitStatus.notArchived;
        continue;
      }
      if (prepared.news !== undefined) display.say(prepared.news);
      // Programs ask for it themselves.
      const asked = json ? prepared.trigger : withProgress(prepared.trigger);
      sent.push({ ...asked, eventId: randomUUID() });
    }
    const generations = sent.map((one) => ({ ...wantedOf(one), eventId: one.eventId }));
    display.show({ kind: 'started', at: clock.now(), generations });
    await onlooker?.begin(archiver);
    for (const { eventId, ...trigger } of sent) {
      if (stop.aborted) break;
      onlooker?.sent(trigger, eventId, clock.now());
      await archiver.trigger(trigger.detail, eventId, trigger.detailType);
    }
    return archiver.ends();
  };

  try {
    const ends = await Promise.race([follow(), whenStopped(stop)]);
    const closing = questions.close();
    // After Ctrl-C there is no waiting for an answer that is on its way.
    if (ends !== 'stopped') await closing;
    display.end();
    if (ends === 'stopped' || stop.aborted) {
      errors.write(interruptionText(display.rows()));
      return exitStatus.interrupted;
    }
    const rejected = [...display.rows().values()].flatMap(
      ({ eventId = '' }) => rejections.get(eventId) ?? [],
    );
    const status = conclude(options, { rows: display.rows(), ends, rejected, archiver });
    await onlooker?.stay();
    return Math.max(status, kept);
  } finally {
    display.end();
    await archiver.close();
    await noted;
  }
};
