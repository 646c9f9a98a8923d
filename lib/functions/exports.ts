import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ArchiverSettings, DeployedProvider } from '../config/config.ts';
import type { ProviderTask } from '../workflow/workflow-tasks.ts';
import { providerFunction } from './provider-function.ts';

/** Reading the key, two requests of 10 s at most, and a cold start. */
const timeout = Duration.seconds(60);

/** What has a provider export decks. */
export interface ExportFunction extends ProviderTask {
  readonly function: LambdaFunction;
}

/**
 * A function for each provider that exports decks on request, with a role that reads that
 * provider's API keys and no other secret.
 */
export class Exports extends Construct {
  readonly functions: readonly ExportFunction[];

  constructor(scope: Construct, id: string, settings: ArchiverSettings) {
    super(scope, id);
    this.functions = settings.providers
      .filter(({ provider }) => provider.exporting !== undefined)
      .map((deployed) => this.createExport(deployed, settings));
  }

  private createExport(deployed: DeployedProvider, settings: ArchiverSettings): ExportFunction {
    const { name, title } = deployed.provider;
    const start = providerFunction(this, `Export${title}`, {
      deployed,
      settings,
      entry: 'start-export',
      description: `Generation Archiver: asks ${title} to export a deck`,
      timeout,
    });
    return { name, title, function: start, timeout };
  }
}
