import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal, User } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { resourcesOfArchiver } from '../../console/aws/own-resources.ts';
import { resultDetailTypes } from '../../lambdas/contract/results.ts';
import {
  ConfigurationError,
  GenerationArchiver,
  GenerationArchiverStack,
} from '../../lib/index.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { createApp, readable, resourceOf, resourcesOf, synthesise } from './stack.ts';

const onlyGamma = { providers: { gamma: {} } };

const ruleMethods = {
  'Generation Accepted': 'onAccepted',
  'Generation Archived': 'onArchived',
  'Generation Partially Archived': 'onPartiallyArchived',
  'Generation Progress': 'onProgress',
  'Generation Awaiting Input': 'onAwaitingInput',
  'Generation Failed': 'onFailed',
  'Generation Timed Out': 'onTimedOut',
  'Generation Not Archived': 'onNotArchived',
  'Generation Cancelled': 'onCancelled',
  'Generation Not Started': 'onNotStarted',
  'Generation Rejected': 'onRejected',
} as const;

describe('two archivers in a stack', () => {
  const options = { ...onlyGamma, eventBusName: 'of-others' };

  it('are told apart by their logical ids, which the command line relies on', () => {
    const stack = new Stack(createApp(), 'Decks');
    void new GenerationArchiver(stack, 'Archiver', onlyGamma);
    void new GenerationArchiver(stack, 'ArchiverOfOthers', options);
    const machines = Object.keys(
      Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'),
    );
    const all = machines.map((logicalId) => ({
      type: 'AWS::StepFunctions::StateMachine',
      logicalId,
      physicalId: logicalId,
    }));
    const meant = machines.find((id) => id.startsWith('ArchiverWorkflowState')) ?? '';
    const { own, others } = resourcesOfArchiver(all, meant);
    expect(own.map(({ logicalId }) => logicalId.slice(0, -8)).toSorted()).toEqual([
      'ArchiverWorkflowChecksStateMachine',
      'ArchiverWorkflowStateMachine',
    ]);
    expect(others).toEqual(['ArchiverOfOthers']);
  });

  it('have outputs for one of them alone', () => {
    const stack = new Stack(createApp(), 'Decks');
    new GenerationArchiver(stack, 'Archiver', onlyGamma).addOutputs();
    const second = new GenerationArchiver(stack, 'ArchiverOfOthers', options);
    expect(() => second.addOutputs()).toThrow(
      'the stack Decks has the outputs of an archiver already',
    );
  });
});

describe('the stack', () => {
  it('tells what its users need', () => {
    const { template } = synthesise(onlyGamma);
    const outputs = Object.entries(template.findOutputs('*')).map(
      ([name, output]) => `${name}: ${readable(output['Value'])}`,
    );
    expect(outputs).toEqual([
      'ArtifactsBucketName: ${ArchiverArtifactStoreBucket}',
      'EventBusName: ${ArchiverEventBus}',
      'StateMachineArn: ${ArchiverWorkflowStateMachine}',
      'DeadLetterQueueUrl: ${ArchiverIntakeDeadLetterQueue}',
      'Providers: gamma',
      'SecretPrefix: generation-archiver',
      'KeyPrefix: /',
      expect.stringMatching(/^Version: \d+\.\d+\.\d+$/),
    ]);
  });

  it('deploys one status check per provider that is named, and no other', () => {
    const { template } = synthesise({ providers: { gamma: {}, perceptis: {} } });
    expect(
      resourcesOf(template, 'AWS::Lambda::Function').map(
        ({ properties }) => properties['Description'],
      ),
    ).toEqual([
      'Generation Archiver: asks Gamma for the status of a generation',
      'Generation Archiver: asks Perceptis for the status of a generation',
      'Generation Archiver: asks Gamma to start a generation',
      'Generation Archiver: asks Perceptis to start a generation',
      'Generation Archiver: asks Gamma to export a deck',
      'Generation Archiver: downloads what a provider exported, verifies it and stores it',
      'Generation Archiver: checks a trigger event and starts the execution that follows the generation',
      'Generation Archiver: announces an execution that was stopped, or failed, without a word',
      'Generation Archiver: announces ends whose status event was lost',
    ]);
  });

  it('needs neither account nor region', () => {
    const { stack } = synthesise(everyProvider);
    expect(stack.environment).toBe('aws://unknown-account/unknown-region');
  });

  it("gives no resource a name of its own but the bus and the machines' log groups, which hold the stack's name", () => {
    const { template } = synthesise(everyProvider);
    const named = Object.values(
      template.toJSON()['Resources'] as Record<string, { Properties?: Record<string, unknown> }>,
    ).flatMap(({ Properties: properties = {} }) =>
      [
        'Name',
        'BucketName',
        'FunctionName',
        'RoleName',
        'QueueName',
        'StateMachineName',
        'AlarmName',
        'LogGroupName',
      ]
        .filter((key) => typeof properties[key] === 'string')
        .map((key) => properties[key]),
    );
    expect(named).toEqual([
      'generation-archiver',
      expect.stringMatching(/^\/aws\/vendedlogs\/states\/Archive[A-Za-z0-9]+$/),
      expect.stringMatching(/^\/aws\/vendedlogs\/states\/Archive[A-Za-z0-9]+$/),
    ]);
  });

  it('fits twice into one account where the buses have different names', () => {
    const app = createApp();
    const stacks = ['one', 'two'].map(
      (name) =>
        new GenerationArchiverStack(app, `Archiver-${name}`, {
          archiver: { ...onlyGamma, eventBusName: `bus-${name}` },
        }),
    );
    const names = stacks
      .map((stack) => Template.fromStack(stack))
      .flatMap((template) => [
        ...resourcesOf(template, 'AWS::Events::EventBus').map(
          ({ properties }) => properties['Name'],
        ),
        ...resourcesOf(template, 'AWS::Logs::LogGroup').flatMap(
          ({ properties }) => properties['LogGroupName'] ?? [],
        ),
      ]);
    expect(names).toHaveLength(6);
    expect(new Set(names).size).toBe(6);
  });

  it('refuses what the configuration refuses', () => {
    expect(() => synthesise({ providers: {} })).toThrow(ConfigurationError);
    expect(() => synthesise({ providers: { gamma: {} }, stackName: 'X' } as never)).toThrow(
      /stackName is not a setting\. Known: eventBusName/,
    );
  });

  it('warns where insecure sources are let through, and only there', () => {
    const warning = Match.stringLikeRegexp(
      'allowInsecureSources lets http: and private addresses through',
    );
    Annotations.fromStack(
      synthesise({ ...onlyGamma, allowInsecureSources: true }).stack,
    ).hasWarning('*', warning);
    Annotations.fromStack(synthesise(onlyGamma).stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('the construct', () => {
  it('has a rule for every result event', () => {
    expect(Object.keys(ruleMethods)).toEqual([...resultDetailTypes]);
  });

  it.each(resultDetailTypes)('rules on "%s" of its own bus and source', (detailType) => {
    const stack = new Stack(createApp(), 'Consumer');
    const archiver = new GenerationArchiver(stack, 'Archiver', onlyGamma);
    const queue = new Queue(stack, 'Queue');
    archiver[ruleMethods[detailType]]('Rule', {
      target: new SqsQueue(queue),
      eventPattern: { detail: { provider: ['gamma'] } },
      description: 'told by the test',
    });

    const { properties } = resourceOf(
      Template.fromStack(stack),
      'AWS::Events::Rule',
      'ArchiverRule',
    );
    expect(readable(properties['EventBusName'])).toBe('${ArchiverEventBus}');
    expect(properties).toMatchObject({
      Description: 'told by the test',
      EventPattern: {
        source: ['generation-archiver'],
        'detail-type': [detailType],
        detail: { provider: ['gamma'] },
      },
      Targets: [expect.objectContaining({ Id: 'Target0' })],
    });
  });

  it('makes a rule without a target, to which targets are added later', () => {
    const stack = new Stack(createApp(), 'Consumer');
    new GenerationArchiver(stack, 'Archiver', onlyGamma)
      .onArchived('Rule')
      .addTarget(new SqsQueue(new Queue(stack, 'Queue')));
    expect(
      resourceOf(Template.fromStack(stack), 'AWS::Events::Rule', 'ArchiverRule').properties[
        'Targets'
      ],
    ).toHaveLength(1);
  });

  it('lets somebody send triggers to its bus and do nothing else', () => {
    const stack = new Stack(createApp(), 'Consumer');
    const archiver = new GenerationArchiver(stack, 'Archiver', onlyGamma);
    const grant = archiver.grantTrigger(new User(stack, 'BackEnd'));
    expect(
      grant.principalStatements.map(
        (statement) => stack.resolve(statement.toStatementJson()) as unknown,
      ),
    ).toEqual([
      {
        Action: 'events:PutEvents',
        Effect: 'Allow',
        Resource: stack.resolve(archiver.eventBus.eventBusArn) as unknown,
      },
    ]);
  });

  it('lets a service send triggers by the policy of the bus', () => {
    const stack = new Stack(createApp(), 'Consumer');
    new GenerationArchiver(stack, 'Archiver', onlyGamma).grantTrigger(
      new ServicePrincipal('scheduler.amazonaws.com'),
      'Schedules',
    );
    expect(
      resourceOf(Template.fromStack(stack), 'AWS::Events::EventBusPolicy').properties,
    ).toMatchObject({
      StatementId: 'cdk-Schedules',
      Statement: { Action: 'events:PutEvents', Principal: { Service: 'scheduler.amazonaws.com' } },
    });
  });

  it('uses a bus that exists already', () => {
    const { stack, template } = synthesise({
      ...onlyGamma,
      createEventBus: false,
      eventBusName: 'default',
    });
    template.resourceCountIs('AWS::Events::EventBus', 0);
    expect(stack.archiver.eventBus.eventBusName).toBe('default');
    expect(
      resourceOf(template, 'AWS::Events::Rule', 'ArchiverIntake').properties['EventBusName'],
    ).toBe('default');
    expect(
      readable(
        resourceOf(template, 'AWS::StepFunctions::StateMachine', 'ArchiverWorkflowStateMachine')
          .properties['DefinitionString'],
      ),
    ).toContain(':event-bus/default"');
  });
});
