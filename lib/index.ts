/** What the stacks of other people import, in every language of the CDK. */
export * from './functions/provider-module.ts';
export * from './generation-archiver-stack.ts';
export * from './generation-archiver.ts';
export * from './props.ts';
export { ConfigurationError } from './config/config-problems.ts';
