import type { TriggerDetailType } from 'generation-archiver/events';

/** The last part of the address, and the trigger that it stands for. */
export const detailTypes: Readonly<Record<string, TriggerDetailType>> = {
  started: 'Generation Started',
  requested: 'Generation Requested',
  reply: 'Generation Reply',
  cancel: 'Generation Cancel',
};
