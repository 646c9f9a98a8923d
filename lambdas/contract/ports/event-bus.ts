import type { ResultDetailType } from '../results.ts';

/** Sends events to the archiver's bus. */
export interface EventBus {
  /** @throws when the bus did not take the event. */
  put(detailType: ResultDetailType, detail: object): Promise<void>;
}
