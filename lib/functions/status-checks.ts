import { Duration } from 'aws-cdk-lib';
import { SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ArchiverSettings, DeployedProvider } from '../config/config.ts';
import { providerFunction, type ProviderFunction } from './provider-function.ts';

/** For one request of 10 s at most, reading the key, and a cold start. */
const timeout = Duration.seconds(30);

/**
 * A status-check function per provider, each with a role that reads that provider's API keys and no
 * other secret.
 */
export class StatusChecks extends Construct {
  readonly functions: readonly ProviderFunction[];

  constructor(scope: Construct, id: string, settings: ArchiverSettings) {
    super(scope, id);
    this.functions = settings.providers.map((deployed) => this.createCheck(deployed, settings));
  }

  private createCheck(deployed: DeployedProvider, settings: ArchiverSettings): ProviderFunction {
    const { provider, maxConcurrentChecks } = deployed;
    return providerFunction(this, `Check${provider.title}`, {
      deployed,
      settings,
      entry: 'check-status',
      description: `Generation Archiver: asks ${provider.title} for the status of a generation`,
      timeout,
      // Lambda's three lines about each invocation that went well would cost more than the check.
      systemLogLevelV2: SystemLogLevel.WARN,
      ...(maxConcurrentChecks === undefined
        ? {}
        : { reservedConcurrentExecutions: maxConcurrentChecks }),
    });
  }
}
