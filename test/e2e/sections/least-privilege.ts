import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paginateListFunctions } from '@aws-sdk/client-lambda';
import { ListStateMachinesCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runFolder } from '../harness/folders.ts';
import { executionsOf, historyOf } from '../harness/observe.ts';
import { policiesOfRoles } from '../harness/taken-over.ts';
import type { World } from '../harness/world.ts';

/** What a role did: one action on one resource. */
interface Call {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** What a role may do: a statement of one of its policies. */
interface Permission {
  readonly role: string;
  readonly actions: readonly string[];
  /** ARNs or patterns of them. */
  readonly resources: readonly string[];
}

/**
 * Why a permission stays that no test can be seen to use. Matched by action and, where it matters,
 * by role.
 */
const reasons: readonly {
  readonly actions: readonly string[];
  readonly role?: RegExp;
  readonly reason: string;
}[] = [
  {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    reason:
      "Lambda itself writes the log, with the function's role; the emulator does so without asking IAM",
  },
  {
    actions: [
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
    ],
    reason: 'Lambda and Step Functions send traces with these roles; the emulator has no X-Ray',
  },
  {
    actions: ['sqs:SendMessage'],
    role: /Intake|Replies|StoppedExecutions/,
    reason:
      "Lambda sends what a function could not handle to the dead-letter queue, with the function's role, after the second retry",
  },
  {
    actions: [
      'logs:CreateLogDelivery',
      'logs:GetLogDelivery',
      'logs:UpdateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:DescribeResourcePolicies',
      'logs:DescribeLogGroups',
    ],
    role: /Workflow/,
    reason:
      'Step Functions sets up the delivery of its log with them when a state machine is created or changed',
  },
  {
    actions: [
      'states:DescribeExecution',
      'states:GetExecutionHistory',
      'events:PutEvents',
      's3:ListBucket',
      's3:PutObject',
    ],
    role: /Sweep/,
    reason:
      'the sweep looks at what ended a quarter of an hour ago, which no test waits for; the fault suite has it find something',
  },
  {
    actions: ['s3:GetObject'],
    role: /Sweep|Starts|Replies|StoppedExecutions/,
    reason:
      'who has a claim is read where another one has it, which takes a delivery that is doubled',
  },
  {
    actions: ['s3:PutObjectTagging'],
    reason: 'S3 asks for it where a write names tags; the emulator asks for the write alone',
  },
  {
    actions: ['states:SendTaskHeartbeat', 'events:PutEvents'],
    role: /WorkflowChecks/,
    reason:
      'an Express execution has no history; that it asked and announced, the events of progress tell',
  },
  {
    actions: ['s3:ListMultipartUploadParts'],
    reason:
      'a copy that goes on in a second invocation lists what the first one stored: after a quarter of an hour, which no test waits for',
  },
];

const list = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const policySchema = z.object({
  Statement: z.array(z.object({ Effect: z.enum(['Allow', 'Deny']), Action: list, Resource: list })),
});

const decisionSchema = z.object({
  caller: z.string(),
  action: z.string(),
  resource: z.string(),
  allowed: z.boolean(),
});

/**
 * A function's ARN with and without its version is one permission to the reader: CDK grants both to
 * the state machine.
 */
const withoutVersion = (resource: string): string =>
  resource.replace(/(:function:[^:]+):\*$/, '$1');

/** What the roles of the stack under test may do, as they are deployed. */
const permissionsOf = async ({ aws }: World): Promise<Permission[]> => {
  const roles = await policiesOfRoles(aws);
  for (const { role, attached } of roles)
    expect(attached, `${role} has no policy of AWS's own, which allow more than is needed`).toEqual(
      [],
    );
  return roles.flatMap(({ role, policies }) =>
    [...policies.values()].flatMap((document) =>
      policySchema
        .parse(JSON.parse(document))
        .Statement.filter(({ Effect }) => Effect === 'Allow')
        .map(({ Action, Resource }) => ({
          role,
          actions: Action,
          resources: Resource.map(withoutVersion),
        })),
    ),
  );
};

/** What the functions did, as IAM decided about it: their roles speak for them. */
const functionCalls = (): Call[] =>
  readFileSync(join(runFolder, 'decisions.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => decisionSchema.parse(JSON.parse(line)))
    .flatMap(({ caller, action, resource, allowed }) => {
      const role = /:assumed-role\/([^/]+)\//.exec(caller)?.[1];
      return allowed && role !== undefined ? [{ role, action, resource }] : [];
    });

/** The histories of the generation machine. */
const histories = async ({ aws, stateMachineArn }: World): Promise<HistoryEvent[]> => {
  const executions = (await executionsOf(aws, stateMachineArn)).filter(
    ({ name }) => name?.includes('-load-') === false,
  );
  const all = await Promise.all(
    executions.map(({ executionArn = '' }) => historyOf(aws, executionArn)),
  );
  return all.flat();
};

/** As AWS and the emulator name the task by which the checks machine is called. */
const follows = 'startExecution.waitForTaskToken';

const isFollowing = (task: { readonly resource?: string | undefined } | undefined): boolean =>
  task?.resource?.endsWith(follows) === true;

/**
 * What the checks machine did. An Express execution has no history: that it invoked a function, what
 * the function did tells; that it answered, the generation machine.
 */
const checksMachineCalls = async (
  { aws, stateMachineArn }: World,
  role: string,
  others: readonly Call[],
  events: readonly HistoryEvent[],
): Promise<Call[]> => {
  const active = new Set(others.map((call) => call.role));
  const calls: Call[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: aws.lambda }, {}))
    for (const { FunctionName, FunctionArn: resource = '', Role = '' } of Functions)
      if (
        FunctionName?.includes('StatusChecks') === true &&
        active.has(Role.split('/').at(-1) ?? '')
      )
        calls.push({ role, action: 'lambda:InvokeFunction', resource });
  const answered = (action: string): Call => ({ role, action, resource: stateMachineArn });
  if (events.some(({ taskSucceededEventDetails: task }) => isFollowing(task)))
    calls.push(answered('states:SendTaskSuccess'));
  if (events.some(({ taskFailedEventDetails: task }) => isFollowing(task)))
    calls.push(answered('states:SendTaskFailure'));
  return calls;
};

const checksMachineOf = async ({ aws }: World): Promise<string> => {
  const { stateMachines = [] } = await aws.stepFunctions.send(new ListStateMachinesCommand({}));
  const found = stateMachines.find(({ name }) => name?.includes('WorkflowChecks') === true);
  return found?.stateMachineArn ?? 'the checks machine is not deployed';
};

/**
 * What the generation machine did, as the histories of its executions tell it. The emulator does not
 * ask IAM for these.
 */
const generationMachineCalls = (
  { busName }: World,
  checksMachineArn: string,
  role: string,
  events: readonly HistoryEvent[],
): Call[] => {
  const calls = new Map<string, Call>();
  for (const {
    lambdaFunctionScheduledEventDetails: invoked,
    taskScheduledEventDetails: task,
  } of events) {
    const resource =
      invoked?.resource ??
      (task?.resource?.includes(':function:') === true ? task.resource : undefined);
    if (resource !== undefined)
      calls.set(resource, { role, action: 'lambda:InvokeFunction', resource });
    if (isFollowing(task))
      calls.set(follows, { role, action: 'states:StartExecution', resource: checksMachineArn });
    if (task?.resource?.endsWith('putEvents') === true) {
      // To the archiver's bus: the results arrived there.
      calls.set('putEvents', {
        role,
        action: 'events:PutEvents',
        resource: `arn:aws:events:us-east-1:000000000000:event-bus/${busName}`,
      });
    }
  }
  return [...calls.values()];
};

const covers = (pattern: string, resource: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(resource);

const isKept = (role: string, action: string): boolean =>
  reasons.some(
    ({ actions, role: whose }) =>
      actions.includes(action) && (whose === undefined || whose.test(role)),
  );

/** The actions and the resources of a statement that no call needed and no reason keeps. */
const needless = ({ role, actions, resources }: Permission, all: readonly Call[]): string[] => {
  const calls = all.filter((call) => call.role === role);
  const isCalled = (action: string, resource: string): boolean =>
    calls.some(
      (call) =>
        call.action.toLowerCase() === action.toLowerCase() && covers(resource, call.resource),
    );
  const needlessActions = actions.filter(
    (action) => !isKept(role, action) && !resources.some((resource) => isCalled(action, resource)),
  );
  const needlessResources = resources.filter(
    (resource) =>
      !actions.every((action) => isKept(role, action)) &&
      !actions.some((action) => isCalled(action, resource)),
  );
  return [...needlessActions, ...needlessResources].map((what) => `${role}: ${what}`);
};

/** The other half of least privilege: nothing is allowed that is not needed. */
export const leastPrivilege = (world: () => World): void => {
  describe('allows no more than it uses', () => {
    it('in any role, save what a written reason keeps', { timeout: 120_000 }, async () => {
      const permissions = await permissionsOf(world());
      const roles = new Set(permissions.map(({ role }) => role));
      const roleOf = (machine: string) => [...roles].find((role) => role.includes(machine)) ?? '';
      const events = await histories(world());
      const ofFunctions = functionCalls();
      const calls = [
        ...ofFunctions,
        ...generationMachineCalls(
          world(),
          await checksMachineOf(world()),
          roleOf('WorkflowStateMachine'),
          events,
        ),
        ...(await checksMachineCalls(world(), roleOf('WorkflowChecks'), ofFunctions, events)),
      ];
      // The comparison is worth something only where calls are seen: every role has made some.
      for (const role of roles) expect(calls.map((call) => call.role)).toContain(role);

      expect(permissions.flatMap((permission) => needless(permission, calls))).toEqual([]);
      const allowed = permissions.flatMap(({ actions }) => actions);
      expect(
        reasons.flatMap(({ actions }) => actions).filter((action) => !allowed.includes(action)),
        'reasons for what nobody is allowed',
      ).toEqual([]);
    });
  });
};
