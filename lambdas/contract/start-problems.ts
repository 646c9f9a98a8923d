import type { Problem } from './error-codes.ts';

/** Said wherever money may have been spent on a generation that is not known. */
export const uncertainProblem = (reason: string): Problem => ({
  code: 'StartUncertain',
  message:
    `nobody knows whether the generation was started: ${reason}. It may exist and may have been paid, so it is not asked for again. ` +
    'Look for it at the provider: if it is there, send "Generation Started" with its id; if not, send "Generation Requested" with another requestId',
});

/** Said where a request is cancelled that is not known to have been accepted. */
export const cancelledStartProblem = (mayExist: boolean): Problem =>
  mayExist
    ? {
        code: 'StartUncertain',
        message:
          'cancelled on request, but the request may have reached the provider already: a generation may exist, or still begin, and may be paid. ' +
          'It is not followed; look for it at the provider',
      }
    : {
        code: 'GenerationCancelled',
        message: 'cancelled on request before anything was started at the provider',
      };

/** Said where nothing was started, and the deadline leaves no time for another attempt. */
export const tooLateProblem = (deadline: string, last: string): Problem => ({
  code: 'DeadlineExceeded',
  message: `nothing was started by the deadline ${deadline}: ${last}. Send "Generation Requested" with another requestId to try again`,
});

/** Said where the provider was removed from the configuration between the event and the start. */
export const notDeployedProblem: Problem = {
  code: 'UnknownProvider',
  message: 'the provider is not deployed any more, so nothing was started',
};

/** Said where the function that starts generations could not be run, however often it was tried. */
export const neverRanProblem: Problem = {
  code: 'InternalError',
  message:
    'the function that was to start it could not run for many minutes, so nothing was started; docs/runbook.md tells what to do. ' +
    'Send "Generation Requested" with another requestId to try again',
};
