import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnStateMachine, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { JsonObject, JsonValue } from '../../lambdas/contract/json.ts';
import type { GenerationArchiverProps } from '../config/config.ts';
import { GenerationArchiver } from '../generation-archiver.ts';

/** One rule of a Choice. */
export type ChoiceRule = JsonObject & { Next: string; Variable?: string; StringEquals?: string };

/** What an error leads to. */
export type CatchRule = JsonObject & { Next: string };

/**
 * One state, in the Amazon States Language. Fields that are not named here are as the language has
 * them.
 */
export type StateDefinition = JsonObject & {
  Type: 'Task' | 'Choice' | 'Wait' | 'Pass' | 'Fail' | 'Succeed';
  Next?: string;
  End?: boolean;
  Comment?: string;
  Resource?: string;
  Choices?: ChoiceRule[];
  Default?: string;
  Catch?: CatchRule[];
};

/**
 * A state machine, in the Amazon States Language. References to other resources are text:
 * `${CheckGamma.Arn}`.
 */
export type StateMachineDefinition = JsonObject & {
  StartAt: string;
  States: Record<string, StateDefinition>;
  TimeoutSeconds: number;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/**
 * CloudFormation's logical ids end in a hash of the construct's path, which says nothing to a
 * reader.
 */
const readable = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');

/** What a template's value stands for, as text. */
const asText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (isObject(value)) {
    const { Ref: reference, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value;
    // The same in every region but China's and the government's, and the one that readers and
    // validators know.
    if (reference === 'AWS::Partition') return 'aws';
    if (typeof reference === 'string') return `\${${readable(reference)}}`;
    if (Array.isArray(attribute))
      return `\${${readable(String(attribute[0]))}.${String(attribute[1])}}`;
    if (Array.isArray(join) && Array.isArray(join[1]))
      return join[1].map(asText).join(String(join[0]));
  }
  throw new Error(
    `a definition holds ${JSON.stringify(value)}, which is neither text nor a reference`,
  );
};

const parse = (definitionString: unknown): StateMachineDefinition =>
  JSON.parse(asText(definitionString)) as StateMachineDefinition;

/** The definitions of the two state machines. */
export interface Definitions {
  /** The generation machine: one execution for each generation. */
  readonly generation: StateMachineDefinition;
  /** The checks machine, which the generation machine calls. */
  readonly checks: StateMachineDefinition;
}

const isExpress = ({ StateMachineType: type }: Record<string, unknown>): boolean =>
  type === 'EXPRESS';

const onlyOf = (machines: readonly Record<string, unknown>[], type: string): unknown => {
  const [machine] = machines;
  if (machine === undefined || machines.length > 1)
    throw new Error(
      `expected a template with one ${type} state machine; it has ${machines.length}`,
    );
  return machine['DefinitionString'];
};

/**
 * The definitions of a template's two state machines.
 *
 * @param template a synthesised CloudFormation template
 * @throws where the template has other state machines, or none
 */
export const definitionsOf = (template: JsonValue | object): Definitions => {
  const resources =
    isObject(template) && isObject(template['Resources'])
      ? Object.values(template['Resources'])
      : [];
  const machines = resources
    .filter(isObject)
    .filter(({ Type: type }) => type === CfnStateMachine.CFN_RESOURCE_TYPE_NAME)
    .map(({ Properties: properties }) => (isObject(properties) ? properties : {}));
  return {
    generation: parse(
      onlyOf(
        machines.filter((one) => !isExpress(one)),
        'standard',
      ),
    ),
    checks: parse(onlyOf(machines.filter(isExpress), 'express')),
  };
};

/**
 * Reads something from the archiver that these props deploy, without bundling, account or files
 * left behind.
 */
const synthesised = <T>(
  props: GenerationArchiverProps,
  read: (archiver: GenerationArchiver, stack: Stack) => T,
): T => {
  const outdir = mkdtempSync(join(tmpdir(), 'generation-archiver-'));
  try {
    const app = new App({
      outdir,
      analyticsReporting: false,
      context: { 'aws:cdk:bundling-stacks': [] },
    });
    const stack = new Stack(app, 'Definition');
    return read(new GenerationArchiver(stack, 'Archiver', props), stack);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};

/**
 * The definitions of the state machines that these props deploy.
 *
 * @throws ConfigurationError where the props cannot be used
 */
export const synthesiseDefinitions = (props: GenerationArchiverProps): Definitions =>
  synthesised(props, ({ stateMachine, checksMachine }, stack) => {
    const definitionOf = ({ node }: StateMachine): StateMachineDefinition => {
      const resource = node.defaultChild;
      if (!(resource instanceof CfnStateMachine))
        throw new Error(`the state machine ${node.path} has no resource of its own`);
      return parse(stack.resolve(resource.definitionString));
    };
    return { generation: definitionOf(stateMachine), checks: definitionOf(checksMachine) };
  });

/**
 * The body of the dashboard that these props deploy, as JSON text; references to other resources
 * are text in it.
 *
 * @throws ConfigurationError where the props cannot be used
 */
export const synthesiseDashboard = (props: GenerationArchiverProps): string =>
  synthesised(props, ({ dashboard }, stack) => {
    const resource = dashboard?.node.defaultChild;
    if (!(resource instanceof CfnDashboard)) throw new Error('these props deploy no dashboard');
    return asText(stack.resolve(resource.dashboardBody));
  });
