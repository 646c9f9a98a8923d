import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { startTimeoutMilliseconds } from '../../lambdas/contract/start-state.ts';
import type { ArtifactStore } from '../artifact-store.ts';
import type { ArchiverSettings, DeployedProvider } from '../config/config.ts';
import { bucketEnvironment, grantTakingClaims } from './claims.ts';
import { providerFunction, type ProviderFunction } from './provider-function.ts';

/**
 * Beyond the request's own limit: a cold start and reading the key. A function that is cut off
 * leaves it uncertain what was started.
 */
const timeout = Duration.millis(startTimeoutMilliseconds).plus(Duration.seconds(60));

/** A function that asks one provider to start generations. */
export interface StartFunction extends ProviderFunction {
  /** The provider starts one generation however often it is asked. */
  readonly idempotent: boolean;
}

/**
 * A start function per provider that can be asked to start generations, each with a role that reads
 * that provider's API keys alone, and notes what was accepted.
 */
export class Starts extends Construct {
  readonly functions: readonly StartFunction[];

  constructor(scope: Construct, id: string, store: ArtifactStore, settings: ArchiverSettings) {
    super(scope, id);
    this.functions = settings.providers
      .filter(({ provider }) => provider.starting !== undefined)
      .map((deployed) => this.createStart(deployed, store, settings));
  }

  private createStart(
    deployed: DeployedProvider,
    store: ArtifactStore,
    settings: ArchiverSettings,
  ): StartFunction {
    const { name, title, starting } = deployed.provider;
    const start = providerFunction(this, `Start${title}`, {
      deployed,
      settings,
      entry: 'start-generation',
      description: `Generation Archiver: asks ${title} to start a generation`,
      timeout,
      environment: bucketEnvironment(store),
    });
    grantTakingClaims(start.function, store, `accepted/${name}`);
    return { ...start, idempotent: starting?.idempotent === true };
  }
}
