import { Duration } from 'aws-cdk-lib';
import { SystemLogLevel, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ArchiverSettings, DeployedProvider } from '../config/config.ts';
import { providerFunction } from './provider-function.ts';

/** For one request of 10 s at most, reading the key, and a cold start. */
const timeout = Duration.seconds(30);

/** One provider's status check. */
export interface StatusCheck {
  readonly deployed: DeployedProvider;
  readonly function: LambdaFunction;
  /** The longest that one invocation can take. */
  readonly timeout: Duration;
}

/**
 * A status-check function per provider, each with a role that reads that provider's API keys and no
 * other secret.
 */
export class StatusChecks extends Construct {
  readonly checks: readonly StatusCheck[];

  constructor(scope: Construct, id: string, settings: ArchiverSettings) {
    super(scope, id);
    this.checks = settings.providers.map((deployed) => this.createCheck(deployed, settings));
  }

  private createCheck(deployed: DeployedProvider, settings: ArchiverSettings): StatusCheck {
    const { provider, maxConcurrentChecks } = deployed;
    const check = providerFunction(this, `Check${provider.title}`, {
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
    return { deployed, function: check, timeout };
  }
}
