import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { ArchiverSettings } from './config.ts';

/** The bus that triggers arrive on and results are sent to: a new one, or one that exists already. */
export const eventBusFor = (scope: Construct, { eventBusName, createEventBus }: ArchiverSettings): IEventBus =>
  // The CDK's classes declare some optional properties more loosely than their own interfaces: hence the assertion.
  createEventBus
    ? (new EventBus(scope, 'EventBus', { eventBusName }) as IEventBus)
    : EventBus.fromEventBusName(scope, 'EventBus', eventBusName);
