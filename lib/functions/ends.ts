import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { environmentNames } from '../../lambdas/contract/environment.ts';
import { acknowledgeWildcards } from '../acknowledge.ts';
import type { ArtifactStore } from '../artifact-store.ts';
import { grantPutResults } from '../put-results.ts';
import { bucketEnvironment, grantListingClaims, grantTakingClaims } from './claims.ts';

/** What a function needs that announces how executions ended. */
export interface EndsProps {
  /** Results are announced here. */
  readonly eventBus: IEventBus;
  readonly stateMachine: StateMachine;
  /** Holds the notes of what was announced. */
  readonly store: ArtifactStore;
}

/** What it reads from its environment. */
export const endsEnvironment = ({ eventBus, stateMachine, store }: EndsProps) => ({
  [environmentNames.eventBusName]: eventBus.eventBusName,
  [environmentNames.stateMachineArn]: stateMachine.stateMachineArn,
  ...bucketEnvironment(store),
});

/** Lets it read how executions of the one machine ended, announce that, and note that it did. */
export const grantAnnouncingEnds = (
  announcer: LambdaFunction,
  { eventBus, stateMachine, store }: EndsProps,
): void => {
  const describing = stateMachine.grantExecution(
    announcer,
    'states:DescribeExecution',
    'states:GetExecutionHistory',
  );
  acknowledgeWildcards(
    announcer.role ?? announcer,
    describing.principalStatements.flatMap(({ resources }) => resources),
    'The executions of one state machine: their names follow from the ids of the generations',
  );
  grantPutResults(eventBus, announcer, [
    'Generation Cancelled',
    'Generation Not Archived',
    'Generation Not Started',
  ]);
  grantTakingClaims(announcer, store, 'ends');
  grantListingClaims(announcer, store, 'ends');
};
