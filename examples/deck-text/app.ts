import { App } from 'aws-cdk-lib';
import { DeckTextStack } from './deck-text-stack.ts';

const app = new App();
new DeckTextStack(app, 'DeckText');
