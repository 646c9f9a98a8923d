/**
 * Errors by which Step Functions says that nobody waits for an answer: it was given before (an
 * asynchronous Express execution may run twice), came too late, or the execution has ended (Step
 * Functions API Reference, "SendTaskSuccess", Errors; with the service's prefix and the ending that
 * its SDK integrations give them).
 */
export const nobodyWaits = [
  'Sfn.TaskTimedOutException',
  'Sfn.TaskDoesNotExistException',
  'Sfn.InvalidTokenException',
] as const;
