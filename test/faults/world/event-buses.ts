import type { EventBus } from '../../../lambdas/contract/ports.ts';
import { jsonAnswer, jsonCall, jsonError, brokenConnection, type AwsService } from './aws.ts';
import type { FaultBook } from './fault-book.ts';
import type { Witness } from './witness.ts';

/** An event that arrived on the archiver's bus. */
export interface Announced {
  readonly detailType: string;
  readonly detail: Record<string, unknown>;
}

const fail = (name: string): never => {
  throw Object.assign(new Error('made for the test'), { name });
};

/**
 * Largest event that the archiver may send, in bytes. EventBridge takes 1 MB; what the state machine
 * announces is state data, which holds 256 KiB.
 */
const maxEntryBytes = 262_144;

/** The archiver's bus: as the functions reach it, and as the state machine does. */
export const createEventBuses = (options: {
  readonly faults: FaultBook;
  readonly witness: Witness;
  /** Called the moment an event arrives. */
  readonly arrived: (event: Announced) => void;
}) => {
  const { faults, witness, arrived } = options;

  const take = (detailType: string, text: string): void => {
    witness.exposed(`the event ${detailType}`, text);
    const bytes = Buffer.byteLength(text);
    if (bytes > maxEntryBytes)
      witness.violated(`an event of ${bytes} bytes was sent: EventBridge takes ${maxEntryBytes}`);
    arrived({ detailType, detail: JSON.parse(text) as Record<string, unknown> });
  };

  const service: AwsService = async (request) => {
    const { operation, input } = jsonCall(request);
    if (operation !== 'PutEvents') throw new Error(`nobody may ${operation}`);
    const fault = faults.meet('bus');
    if (fault !== undefined) witness.saw('bus trouble');
    if (typeof fault?.how === 'object') return jsonError(fault.how.status, fault.how.code);
    if (fault?.how === 'partly') {
      return jsonAnswer({
        FailedEntryCount: 1,
        Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'made for the test' }],
      });
    }
    const entries = input['Entries'] as { DetailType: string; Detail: string }[];
    for (const { DetailType, Detail } of entries) take(DetailType, Detail);
    if (fault?.how === 'loseAnswer') throw brokenConnection();
    return jsonAnswer({ FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: 'event' })) });
  };

  /**
   * `events:putEvents` of the state machine: what fails has the name that Step Functions gives it.
   */
  const ofMachine: EventBus = {
    put: async (detailType, detail) => {
      const fault = faults.meet('announcement');
      if (fault !== undefined) witness.saw('bus trouble');
      if (fault?.how === 'refuse') fail('EventBridge.InternalException');
      if (fault?.how === 'partly') fail('EventBridge.FailedEntry');
      take(detailType, JSON.stringify(detail));
      if (fault?.how === 'loseAnswer') fail('EventBridge.SdkClientException');
    },
  };

  return { service, ofMachine };
};
