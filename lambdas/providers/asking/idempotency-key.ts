import { createHash } from 'node:crypto';
import type { StartMemory } from '../../contract/start-state.ts';

/** Hexadecimal digits that name a deployment: enough to tell apart all that share an API key. */
const deploymentDigits = 16;

/** The state machine in the ARN of one of its executions; the account stays out of the key. */
const deploymentOf = (execution: string): string => {
  const machine = execution.slice(0, execution.lastIndexOf(':'));
  return createHash('sha256').update(machine).digest('hex').slice(0, deploymentDigits);
};

/**
 * What a provider knows a repeated create request by: the same for every attempt of one execution,
 * and another for the same request id in another deployment, or by another program, on the same API
 * key.
 *
 * @param execution ARN of the execution
 */
export const idempotencyKeyOf = (
  requestId: string,
  execution: string,
  { namesDeployment }: StartMemory,
): string =>
  namesDeployment === true
    ? `generation-archiver-${deploymentOf(execution)}-${requestId}`
    : `generation-archiver-${requestId}`;
