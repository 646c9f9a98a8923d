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

/** What functions or the checks machine send, and the generation machine never does. */
const sentByOthers: readonly ResultDetailType[] = [
  'Generation Progress',
  'Generation Rejected',
  'Generation Cancelled',
];

/** What the generation machine sends. */
const sentByGenerationMachine = resultDetailTypes.filter(
  (detailType) => !sentByOthers.includes(detailType),
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
  /** What the machine may send; default: everything that the generation machine sends. */
  readonly permitted?: readonly ResultDetailType[];
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
    { eventBus, detailType, detail, permitted = sentByGenerationMachine, ...props }: PutResultProps,
  ) {
    super(scope, id, {
      ...props,
      entries: [{ eventBus, source: eventSource, detailType, detail }],
    });
    this.taskPolicies = [
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [eventBus.eventBusArn],
        conditions: conditionsFor(permitted),
      }),
    ];
  }
}
