import { EventEmitter } from 'node:events';
import type { Clock, OpenDownload, OpenLink } from '../../../lambdas/contract/ports.ts';
import type { Fault, FunctionName } from '../fault-case.ts';
import type { FaultBook } from './fault-book.ts';
import type { Witness } from './witness.ts';

/** One invocation of a function: what it may touch, as long as it lives. */
export interface Life {
  /** Milliseconds of the clock at which Lambda cuts it off. */
  readonly endsAt: number;
  readonly clock: Clock;
  /** The same methods; a dead invocation's calls never come back. */
  mortal<T extends object>(port: T): T;
  openLink(open: OpenLink): OpenLink;
}

/** The world of every invocation. */
export interface LambdaOptions {
  readonly faults: FaultBook;
  readonly clock: Clock;
  readonly witness: Witness;
}

const never = async <T>(): Promise<T> => new Promise<T>(() => undefined);

const lambdaError = (name: string): Error =>
  Object.assign(new Error('made for the test'), { name });

type Killing = Extract<Fault, { place: 'lambda' }>;

const createLife = (endsAt: number, killing: Killing | undefined, clock: Clock) => {
  let calls = 0;
  let isDead = false;
  const ending = new EventEmitter();
  const death = new Promise<never>((_, refuse) => {
    ending.once('death', refuse);
  });
  // Nobody may listen any more.
  death.catch(() => undefined);

  const die = async <T>(name: string): Promise<T> => {
    isDead = true;
    ending.emit('death', lambdaError(name));
    return never<T>();
  };

  /**
   * Before and after every call: an invocation can die before its effect, and after it without
   * hearing of it.
   */
  const step = async (): Promise<void> => {
    if (isDead) return never();
    calls += 1;
    if (killing?.afterCalls !== undefined && calls > killing.afterCalls) return die(killing.error);
  };

  const sleep = async (milliseconds: number): Promise<void> => {
    await step();
    const until = clock.now() + milliseconds;
    await clock.sleep(Math.min(milliseconds, Math.max(0, endsAt - clock.now())));
    if (until >= endsAt) await die('Sandbox.Timedout');
    await step();
  };

  const mortal = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, property, receiver) => {
        const value: unknown = Reflect.get(target, property, receiver);
        if (typeof value !== 'function') return value;
        return async (...parameters: unknown[]): Promise<unknown> => {
          await step();
          const result: unknown = await (value as (...all: unknown[]) => unknown).apply(
            target,
            parameters,
          );
          await step();
          return result;
        };
      },
    });

  const mortalBody = async function* (body: OpenDownload['body']): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      await step();
      yield chunk;
    }
  };

  const life: Life = {
    endsAt,
    clock: { now: () => clock.now(), sleep },
    mortal,
    openLink: (open) => async (request) => {
      await step();
      const outcome = await open(request);
      await step();
      if (clock.now() >= endsAt) return die('Sandbox.Timedout');
      if (outcome.kind !== 'open') return outcome;
      return {
        kind: 'open',
        download: { ...outcome.download, body: mortalBody(outcome.download.body) },
      };
    },
  };
  return { life, death };
};

/**
 * Invokes functions, and kills some of them: with what they had done until then, as Lambda does.
 */
export const createLambda = (options: LambdaOptions) => {
  const { faults, clock, witness } = options;
  const running = new Set<Promise<unknown>>();

  /** @param beside the clock of an invocation that nobody waits for */
  const invoke = async <T>(
    name: FunctionName,
    limitSeconds: number,
    run: (life: Life) => Promise<T>,
    beside?: Clock,
  ): Promise<T> => {
    const killing = faults.meet('lambda', (fault) => fault.function === name, name);
    if (killing !== undefined) {
      witness.saw('lambda trouble');
      if (killing.afterCalls === undefined) throw lambdaError(killing.error);
    }
    const { life, death } = createLife(clock.now() + limitSeconds * 1000, killing, beside ?? clock);
    const result = Promise.race([run(life), death]);
    if (beside === undefined) running.add(result);
    try {
      return await result;
    } catch (error) {
      const { name: errorName, message } =
        error instanceof Error ? error : new Error('no error at all');
      if (errorName === 'Sandbox.Timedout' && killing === undefined)
        witness.violated(`the function ${name} did not end in its time`);
      witness.exposed(`an error of ${name}`, `${errorName}: ${message}`);
      throw error;
    } finally {
      running.delete(result);
    }
  };

  return {
    invoke,
    /** Settles when no invocation runs any more: one goes on when its execution is stopped. */
    idle: async (): Promise<void> => {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
};
