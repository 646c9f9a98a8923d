import { App } from 'aws-cdk-lib';
import { FailureMailStack } from './failure-mail-stack.ts';

const app = new App();
new FailureMailStack(app, 'FailureMail', { bucketName: 'our-decks', email: 'decks@example.com' });
