import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { StateMachineType, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IDependable } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { ProviderFunction } from '../functions/provider-function.ts';
import { ChecksMachine } from './checks-machine.ts';
import {
  generationDefinition,
  machineTimeout,
  type GenerationMachineProps,
} from './generation-machine.ts';
import { machine } from './machine.ts';

/** What a {@link Workflow} is made from. */
export interface WorkflowProps extends Omit<GenerationMachineProps, 'checksMachine'> {
  readonly checks: readonly ProviderFunction[];
}

/**
 * The two state machines: the generation machine, one execution of which follows one generation to
 * its end, and the checks machine, which it calls to wait and check.
 */
export class Workflow extends Construct {
  /** The generation machine. */
  readonly stateMachine: StateMachine;
  /** The checks machine. */
  readonly checksMachine: StateMachine;
  /** What must be there before the first generation is followed. */
  readonly ready: IDependable;

  constructor(scope: Construct, id: string, { checks, ...props }: WorkflowProps) {
    super(scope, id);
    this.checksMachine = new ChecksMachine(this, 'Checks', {
      checks,
      eventBus: props.eventBus,
    }).stateMachine;
    this.stateMachine = machine(this, {
      comment: 'Follows one generation until its export is stored, and announces how it ended',
      type: StateMachineType.STANDARD,
      definition: generationDefinition(this, { ...props, checksMachine: this.checksMachine }),
      timeout: machineTimeout,
      functions: [
        ...[...props.starts, ...props.exports].map((each) => each.function),
        props.copy.function,
      ],
    });
    acknowledge(this.stateMachine, {
      'AwsSolutions-SF1':
        'Step Functions keeps the history of a standard workflow itself for 90 days; the log holds the errors alone',
    });
    // Attached apart: in the role's own policy, on which the checks machine depends, the name of
    // the generation machine would close a circle.
    this.ready = new Policy(this, 'Reports', {
      roles: [this.checksMachine.role],
      statements: [
        new PolicyStatement({
          actions: ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'],
          resources: [this.stateMachine.stateMachineArn],
        }),
      ],
    });
  }
}
