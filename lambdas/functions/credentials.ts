/**
 * In place of the AWS SDK's default chain of credentials, in the bundles of the functions: Lambda
 * gives a function its role in its environment (AWS Lambda Developer Guide, "Defined runtime
 * environment variables"), and so nothing else is read.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
