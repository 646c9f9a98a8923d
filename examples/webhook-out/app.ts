import { App } from 'aws-cdk-lib';
import { WebhookOutStack } from './webhook-out-stack.ts';

const app = new App();
new WebhookOutStack(app, 'WebhookOut', {
  url: 'https://hooks.example.com/decks',
  secretName: 'webhook-out/token',
});
