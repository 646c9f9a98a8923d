import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../contract/ports.ts';

/**
 * The structured log of a function: one JSON line with level, message and fields.
 *
 * @param serviceName the function's noun, for example `status-checks`
 */
export const createLog = (serviceName: string): Log => {
  const logger = new Logger({ serviceName });
  return (level, message, fields) => {
    logger[level](message, { ...fields });
  };
};
