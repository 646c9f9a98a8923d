import type { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { environmentNames } from '../../lambdas/contract/environment.ts';
import type { ArchiverSettings, DeployedProvider } from '../config/config.ts';
import { modulesOf } from '../config/deployed-providers.ts';
import { connectionVariables } from './connection-variables.ts';
import { nodeFunction, type NodeFunctionProps } from './node-function.ts';
import { grantApiKeys } from './secrets.ts';

/** A function that asks one provider: a status check, a start, an export, a reply. */
export interface ProviderFunction {
  /** The provider's name in events and metrics. */
  readonly name: string;
  /** The provider's name for people, and in the names of states and alarms. */
  readonly title: string;
  readonly function: LambdaFunction;
  /** The longest that one invocation can take. */
  readonly timeout: Duration;
}

/** Who is asked, and what makes one function that asks differ from another. */
export interface ProviderFunctionProps extends Omit<
  NodeFunctionProps,
  'network' | 'modules' | 'environment'
> {
  readonly deployed: DeployedProvider;
  readonly settings: ArchiverSettings;
  /** Beyond what every function of a provider is told. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A function that asks one provider, with a role that reads that provider's API keys and no other
 * secret.
 */
export const providerFunction = (
  scope: Construct,
  id: string,
  { deployed, settings, environment, ...props }: ProviderFunctionProps,
): ProviderFunction => {
  const { secretPrefix, network } = settings;
  const { name, title } = deployed.provider;
  const asking = nodeFunction(scope, id, {
    ...props,
    network,
    modules: modulesOf([deployed]),
    environment: {
      ...environment,
      [environmentNames.providers]: JSON.stringify({ [name]: deployed.settings }),
      [environmentNames.secretPrefix]: secretPrefix,
      ...connectionVariables(settings),
    },
  });
  grantApiKeys(asking, secretPrefix, [name]);
  return { name, title, function: asking, timeout: props.timeout };
};
