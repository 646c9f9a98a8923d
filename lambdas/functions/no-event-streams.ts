/**
 * In place of `@smithy/core/event-streams` in the bundles of the functions: no operation that they
 * call streams events, and the SDK loads the module only for one that does.
 */

const unavailable = (): never => {
  throw new Error('the functions are bundled without event streams');
};

/** Gives the configuration of a client back as it is. */
export const resolveEventStreamSerdeConfig = <T>(config: T): T => config;

/** @throws always */
export const eventStreamSerdeProvider = unavailable;

/** Cannot be made: `new` throws. */
export const EventStreamSerde = function EventStreamSerde(): void {
  unavailable();
};
