/**
 * Name of the state in which the generation machine waits for the checks machine: what reads a
 * history knows by it that nothing was sent on behalf of a request.
 */
export const followStateName = 'Follow generation';

/**
 * A longer wait, in seconds, is cheaper in the generation machine. There it costs three transitions
 * (the call, the branch, the wait) at $0.000025 and a new execution of the checks machine, in which
 * a second costs $0.00000104 (64 MB at $0.06 per GB-hour; AWS Step Functions pricing, us-east-1).
 */
export const longestWaitSeconds = 73;
