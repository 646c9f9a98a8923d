import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { ArchiverSettings } from './config/config.ts';

/**
 * The bus that triggers arrive on and results are sent to: the caller's, a new one, or one that
 * exists already.
 */
export const eventBusFor = (
  scope: Construct,
  { eventBus, eventBusName, createEventBus }: ArchiverSettings,
): IEventBus => {
  if (eventBus !== undefined) return eventBus;
  // The CDK's classes declare some optional properties more loosely than their own interfaces:
  // hence the assertion.
  return createEventBus
    ? (new EventBus(scope, 'EventBus', { eventBusName }) as IEventBus)
    : EventBus.fromEventBusName(scope, 'EventBus', eventBusName);
};
