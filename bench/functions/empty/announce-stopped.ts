import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';

/** What any function costs that looks at executions and sends events. */
export const clients = [new EventBridgeClient(), new SFNClient()];

export const handler = async (): Promise<void> => undefined;
