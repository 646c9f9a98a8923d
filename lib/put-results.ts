import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Grant, PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import {
  EventBridgePutEvents,
  type EventBridgePutEventsProps,
} from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import {
  eventSource,
  resultDetailTypes,
  type ResultDetailType,
} from '../lambdas/contract/results.ts';

/** What functions send and the state machine never does. */
const sentByFunctionsAlone: readonly ResultDetailType[] = [
  'Generation Rejected',
  'Generation Cancelled',
];

/** What the state machine sends. */
const sentByMachine = resultDetailTypes.filter(
  (detailType) => !sentByFunctionsAlone.includes(detailType),
);

/**
 * A permission to put events without these conditions is one to send triggers, and a trigger starts
 * generations with API keys that its sender cannot read. `StringEquals` is false where the key is
 * absent, which `ForAllValues:StringEquals` is not (IAM User Guide, "Set operators for multi-valued
 * context keys"). It wants one value, and every request of ours has one entry.
 */
const conditionsFor = (detailTypes: readonly ResultDetailType[]) => ({
  StringEquals: { 'events:source': eventSource, 'events:detail-type': [...detailTypes] },
});

/**
 * Lets a function announce results of some kinds, under the archiver's own `source`, and put no
 * other event on the bus.
 */
export const grantPutResults = (
  eventBus: IEventBus,
  grantee: IGrantable,
  detailTypes: readonly [ResultDetailType, ...ResultDetailType[]],
): Grant =>
  Grant.addToPrincipal({
    grantee,
    actions: ['events:PutEvents'],
    resourceArns: [eventBus.eventBusArn],
    conditions: conditionsFor(detailTypes),
  });

/** What a {@link PutResult} is made from. */
export interface PutResultProps extends Omit<EventBridgePutEventsProps, 'entries'> {
  readonly eventBus: IEventBus;
  /** A path into the state data, or the detail type itself. */
  readonly detailType: string;
  readonly detail: EventBridgePutEventsProps['entries'][number]['detail'];
}

/**
 * A step of the state machine that announces one result. The CDK's own step grants the machine to
 * put any event on the bus.
 */
export class PutResult extends EventBridgePutEvents {
  protected override readonly taskPolicies: PolicyStatement[];

  constructor(
    scope: Construct,
    id: string,
    { eventBus, detailType, detail, ...props }: PutResultProps,
  ) {
    super(scope, id, {
      ...props,
      entries: [{ eventBus, source: eventSource, detailType, detail }],
    });
    this.taskPolicies = [
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [eventBus.eventBusArn],
        conditions: conditionsFor(sentByMachine),
      }),
    ];
  }
}
