import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ArchiverSettings, DeployedProvider } from '../config/config.ts';
import { providerFunction, type ProviderFunction } from './provider-function.ts';

/** Reading the key, two requests of 10 s at most, and a cold start. */
const timeout = Duration.seconds(60);

/**
 * A function for each provider that exports decks on request, with a role that reads that
 * provider's API keys and no other secret.
 */
export class Exports extends Construct {
  readonly functions: readonly ProviderFunction[];

  constructor(scope: Construct, id: string, settings: ArchiverSettings) {
    super(scope, id);
    this.functions = settings.providers
      .filter(({ provider }) => provider.exporting !== undefined)
      .map((deployed) => this.createExport(deployed, settings));
  }

  private createExport(deployed: DeployedProvider, settings: ArchiverSettings): ProviderFunction {
    const { title } = deployed.provider;
    return providerFunction(this, `Export${title}`, {
      deployed,
      settings,
      entry: 'start-export',
      description: `Generation Archiver: asks ${title} to export a deck`,
      timeout,
    });
  }
}
