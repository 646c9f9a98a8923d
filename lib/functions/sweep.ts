import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FunctionNetwork } from '../props.ts';
import { endsEnvironment, grantAnnouncingEnds, type EndsProps } from './ends.ts';
import { nodeFunction } from './node-function.ts';

/** Each end is looked at by three or four sweeps. */
const every = Duration.minutes(30);

/** A thousand ends, of which each takes a quarter of a second and a pause. */
const timeout = Duration.minutes(10);

/** What a {@link Sweep} is made from. */
export interface SweepProps extends EndsProps {
  readonly network: FunctionNetwork | undefined;
}

/**
 * Looks for executions that ended without success and that were not announced: Step Functions sends
 * its status events at best effort. 1,440 short invocations a month cost about a cent.
 */
export class Sweep extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { network, ...props }: SweepProps) {
    super(scope, id);
    this.function = nodeFunction(this, 'Function', {
      entry: 'sweep-ends',
      description: 'Generation Archiver: announces ends whose status event was lost',
      network,
      timeout,
      // The next one looks at the same ends.
      retryAttempts: 0,
      environment: endsEnvironment(props),
    });
    grantAnnouncingEnds(this.function, props);
    props.stateMachine.grant(this.function, 'states:ListExecutions');
    const rule = new Rule(this, 'Rule', {
      description: 'Generation Archiver: looks for ends that were not announced',
      schedule: Schedule.rate(every),
    });
    rule.addTarget(new LambdaTarget(this.function, { retryAttempts: 0 }));
  }
}
