import { randomUUID } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, EventBus } from '../lambdas/contract/ports.ts';
import { eventSource, type ResultDetailType } from '../lambdas/contract/results.ts';

/** An event as a listener gets it. */
export interface LocalEvent {
  readonly detailType: ResultDetailType;
  readonly detail: object;
}

/** A bus that ends in a file. */
export interface LocalEventBus extends EventBus {
  /** Settles when everything that was put is in the file. */
  flush(): Promise<void>;
}

/** What the bus is made of. */
export interface LocalEventBusOptions {
  /** Gets one line for each event, in the envelope that EventBridge puts around it. */
  readonly file: string;
  readonly clock: Clock;
  readonly onEvent?: (event: LocalEvent) => void;
}

/** See {@link LocalEventBus}. Listeners hear of an event once it is in the file. */
export const createLocalEventBus = ({
  file,
  clock,
  onEvent,
}: LocalEventBusOptions): LocalEventBus => {
  let tail: Promise<unknown> = Promise.resolve();

  const append = async (detailType: ResultDetailType, detail: object): Promise<void> => {
    const envelope = {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source: eventSource,
      account: '000000000000',
      time: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'), // EventBridge tells whole seconds
      region: 'local',
      resources: [],
      detail,
    };
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, `${JSON.stringify(envelope)}\n`);
    onEvent?.({ detailType, detail });
  };

  return {
    put: (detailType, detail) => {
      const result = tail.then(() => append(detailType, detail));
      tail = result.catch(() => undefined);
      return result;
    },
    flush: async () => {
      await tail;
    },
  };
};
