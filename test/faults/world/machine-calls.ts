import type { Clock } from '../../../lambdas/contract/ports.ts';
import type { MachineCalls } from '../../../local/engine.ts';
import type { Dice } from '../dice.ts';
import { runBeside } from './beside.ts';
import type { FaultBook } from './fault-book.ts';
import type { Timeline } from './timeline.ts';
import type { Witness } from './witness.ts';

/** Longest pause of a machine between two attempts, in seconds. */
const longestPause = 60;

/** Longest pause between two answers, in seconds. */
const longestPauseOfAnswers = 10;

/** Seconds that the generation machine waits for an answer, at most. */
const followSeconds = 330;

/** What Step Functions makes of calls and answers. */
export interface MachineCallsOptions {
  readonly faults: FaultBook;
  readonly clock: Timeline;
  readonly witness: Witness;
  readonly dice: Dice;
  /** Runs something with a clock of its own. */
  readonly withClock: <T>(clock: Clock, run: () => Promise<T>) => Promise<T>;
}

const throttled = (name: string): Error => Object.assign(new Error('made for the test'), { name });

/** The calls of the generation machine and the answers of the checks machine, with their faults. */
export const createMachineCalls = (options: MachineCallsOptions) => {
  const { faults, clock, witness, dice, withClock } = options;
  let delayed = 0;

  const pause = async (seconds: number): Promise<void> => {
    delayed += seconds * 1000;
    await clock.sleep(seconds * 1000);
  };

  const calls: MachineCalls = {
    start: async (run) => {
      const fault = faults.meet('checksMachine');
      if (fault === undefined) return run();
      witness.saw('states trouble');
      switch (fault.how) {
        case 'refuse':
          await pause(dice.between(0, longestPause));
          throw throttled('StepFunctions.ThrottlingException');
        case 'lose':
          delayed += followSeconds * 1000;
          return undefined;
        case 'twice':
          await runBeside(clock, async (own) => withClock(own, run));
          return run();
        case 'late':
          await pause(fault.seconds ?? 0);
          // Where nobody waits any more, it is called again.
          delayed += followSeconds * 1000;
          return run();
      }
    },
    answer: async (send) => {
      const fault = faults.meet('answer');
      if (fault === undefined) return send();
      witness.saw('states trouble');
      switch (fault.how) {
        case 'refuse':
          // Six attempts later nothing is answered, and the call runs into its time-out.
          delayed += followSeconds * 1000;
          await pause(dice.between(0, longestPauseOfAnswers));
          throw throttled('Sfn.ThrottlingException');
        case 'loseAnswer':
          send();
          throw throttled('Sfn.SdkClientException');
      }
    },
    beat: async (ask) => {
      ask();
      const fault = faults.meet('heartbeat');
      if (fault === undefined) return;
      await pause(1);
      const isRefused = fault.how === 'refuse';
      throw throttled(isRefused ? 'Sfn.ThrottlingException' : 'Sfn.SdkClientException');
    },
  };
  return { calls, delayed: () => delayed };
};
