import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { copyVariables } from '../../lambdas/contract/copy-variables.ts';
import { environmentNames } from '../../lambdas/contract/environment.ts';
import type { ArtifactStore } from '../artifact-store.ts';
import type { ArchiverSettings } from '../config/config.ts';
import { deployedProviders, modulesOf } from '../config/deployed-providers.ts';
import { bucketEnvironment } from './claims.ts';
import { connectionVariables } from './connection-variables.ts';
import { nodeFunction } from './node-function.ts';
import { grantApiKeys } from './secrets.ts';

/** Lambda's own limit. A longer copy answers `more` before it and is invoked again. */
const copyTimeout = Duration.minutes(15);

/**
 * The copy function, with a role that writes the deployed providers' folders and reads their API
 * keys.
 */
export class CopyExports extends Construct {
  readonly function: LambdaFunction;
  /** The longest that one invocation can take. */
  readonly timeout = copyTimeout;

  constructor(scope: Construct, id: string, store: ArtifactStore, settings: ArchiverSettings) {
    super(scope, id);
    const names = settings.providers.map(({ provider }) => provider.name);
    this.function = nodeFunction(this, 'Function', {
      entry: 'copy-exports',
      description:
        'Generation Archiver: downloads what a provider exported, verifies it and stores it',
      timeout: copyTimeout,
      network: settings.network,
      modules: modulesOf(settings.providers),
      environment: {
        [environmentNames.providers]: deployedProviders(settings),
        [environmentNames.secretPrefix]: settings.secretPrefix,
        ...connectionVariables(settings),
        ...bucketEnvironment(store),
        ...copyVariables,
      },
    });
    grantApiKeys(this.function, settings.secretPrefix, names);
    store.grantCopying(this.function, names);
  }
}
