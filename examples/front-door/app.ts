import { App } from 'aws-cdk-lib';
import { FrontDoorStack } from './front-door-stack.ts';

const app = new App();
new FrontDoorStack(app, 'FrontDoor');
