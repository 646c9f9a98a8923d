import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environmentNames } from '../lambdas/contract/environment.ts';
import { leanProcessVariables } from '../lambdas/contract/lean-process.ts';
import type { ArchiverSettings, DeployedProvider } from './config.ts';
import { modulesOf } from './deployed-providers.ts';
import { nodeFunction } from './node-function.ts';
import { grantApiKeys } from './secrets.ts';

/** Beyond the check window, for the check that ends it: reading the key, one request of 10 s at most, and a cold start. */
const secondsAfterWindow = 60;

/**
 * The check sleeps most of its life, and this number sets the price of a second. Node.js and the bundle take about 85 (`npm run
 * bench:functions`), and a check holds 64 kB of a status document at most.
 */
const memoryMegabytes = 128;

/** One provider's status check. */
export interface StatusCheck {
  readonly deployed: DeployedProvider;
  readonly function: LambdaFunction;
  /** The longest that one invocation can take. */
  readonly timeout: Duration;
}

/** A status-check function per provider, each with a role that reads that provider's API keys and no other secret. */
export class StatusChecks extends Construct {
  readonly checks: readonly StatusCheck[];

  constructor(scope: Construct, id: string, settings: ArchiverSettings) {
    super(scope, id);
    this.checks = settings.providers.map((deployed) => this.createCheck(deployed, settings));
  }

  private createCheck(deployed: DeployedProvider, { secretPrefix, allowInsecureSources, network }: ArchiverSettings): StatusCheck {
    const { provider, settings, maxConcurrentChecks } = deployed;
    const timeout = Duration.seconds(settings.checkWindowSeconds + secondsAfterWindow);
    const check = nodeFunction(this, `Check${provider.title}`, {
      entry: 'check-status',
      description: `Generation Archiver: asks ${provider.title} for the status of a generation`,
      memorySize: memoryMegabytes,
      timeout,
      network,
      modules: modulesOf([deployed]),
      environment: {
        ...leanProcessVariables,
        [environmentNames.providers]: JSON.stringify({ [provider.name]: settings }),
        [environmentNames.secretPrefix]: secretPrefix,
        [environmentNames.allowInsecureSources]: String(allowInsecureSources),
      },
      ...(maxConcurrentChecks === undefined ? {} : { reservedConcurrentExecutions: maxConcurrentChecks }),
    });
    grantApiKeys(check, secretPrefix, [provider.name]);
    return { deployed, function: check, timeout };
  }
}
