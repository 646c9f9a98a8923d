import { App } from 'aws-cdk-lib';
import { ConfigurationError } from '../lib/config/config-problems.ts';
import { configurationFrom } from '../lib/config/config-sources.ts';
import { contextKey, parseConfiguration } from '../lib/config/config.ts';
import { GenerationArchiverStack } from '../lib/generation-archiver-stack.ts';

/**
 * The CDK app: one stack from the configuration. The CDK command line runs it in the folder of
 * `cdk.json`.
 */
const createStack = (): GenerationArchiverStack => {
  const app = new App();
  const { stackName, archiver } = parseConfiguration(
    configurationFrom(app.node.tryGetContext(contextKey), 'cdk.json'),
  );
  return new GenerationArchiverStack(app, stackName, { archiver });
};

try {
  createStack();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
