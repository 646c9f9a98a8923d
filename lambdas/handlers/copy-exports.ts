import { copyInputSchema, type Copy } from '../contract/copy-state.ts';
import type { Measure } from '../contract/ports.ts';
import { copyGeneration } from '../copying/archive/copy-generation.ts';
import type { CopyOptions } from '../copying/archive/copy-options.ts';
import type { AskProvider } from '../providers/asking/ask.ts';
import { createAnswerCounts } from './answer-counts.ts';
import { logAbout, loggingErrors } from './generation-log.ts';
import { measureArchived } from './measure-archived.ts';
import { measureOverdue } from './overdue.ts';

/** What the copy function needs of the world. */
export type CopyExportsOptions = Omit<CopyOptions, 'stopAt'> & { readonly measure: Measure };

/** The part of a Lambda context that is used: milliseconds until the invocation is cut off. */
export interface CopyContext {
  getRemainingTimeInMillis(): number;
}

/**
 * Time kept back at the end of an invocation, in milliseconds: longer than a stalled transfer goes
 * unnoticed (30 s), with as much again for the last parts, the documents and the manifest.
 */
const reserveMilliseconds = 90_000;

/** Where an invocation is short, at most this share of it is kept back. */
const reserveShare = 0.25;

/**
 * The copy step: downloads what the provider exported, stores it verified, and answers what the
 * machine does next. Expected trouble is an answer (`fail`, `more`, `checkAgain`); only surprises
 * are thrown.
 */
export const createCopyExports = ({
  measure,
  ...options
}: CopyExportsOptions): ((input: unknown, context: CopyContext) => Promise<Copy>) => {
  return async (input, context) => {
    const { clock } = options;
    const remaining = context.getRemainingTimeInMillis();
    const stopAt =
      clock.now() + remaining - Math.min(reserveMilliseconds, remaining * reserveShare);
    const parsed = copyInputSchema.parse(input);
    const { generation, execution } = parsed;
    const { provider, generationId } = generation;
    const log = logAbout(options.log, { provider, generationId, execution });
    const counts = createAnswerCounts(measure, provider, clock);
    measureOverdue(measure, generation, clock.now());

    const ask: AskProvider = async (about, fresh) => {
      const report = await options.ask(about, fresh);
      counts.add(report);
      return report;
    };
    const copy = await loggingErrors(log, () =>
      copyGeneration(parsed, { ...options, ask, log, stopAt }),
    );
    counts.write();
    measureArchived(measure, copy);
    return copy;
  };
};
