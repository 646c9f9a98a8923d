import { App } from 'aws-cdk-lib';
import { OwnProviderStack } from './own-provider-stack.ts';

const app = new App();
new OwnProviderStack(app, 'OwnProvider');
