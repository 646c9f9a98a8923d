import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { describe, expect, it } from 'vitest';
import { copyNextValues } from '../../lambdas/contract/copy-state.ts';
import { startNextValues } from '../../lambdas/contract/start-state.ts';
import { announcesEnd } from '../../lambdas/contract/state-names.ts';
import { pollNextValues, reportValues } from '../../lambdas/contract/state.ts';
import { roundSeconds, smoothRoundSeconds } from '../../lambdas/polling/waits.ts';
import { providers } from '../../lambdas/providers/registry.ts';
import { configurationFrom } from '../../lib/config/config-sources.ts';
import { parseConfiguration } from '../../lib/config/config.ts';
import {
  definitionsOf,
  synthesiseDefinitions,
  type ChoiceRule,
  type StateDefinition,
  type StateMachineDefinition,
} from '../../lib/workflow/definition.ts';
import { dotOf } from '../../tools/diagram/drawing.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { problemsOfDefinition, successorsOf } from '../support/valid-definition.ts';
import { synthesise } from './stack.ts';

const definitions = synthesiseDefinitions(everyProvider);
const { generation, checks } = definitions;
const states = Object.entries(generation.States);
const checkStates = Object.entries(checks.States);
const stateIn =
  ({ States: all }: StateMachineDefinition) =>
  (name: string): StateDefinition => {
    const state = all[name];
    if (state === undefined) throw new Error(`no state "${name}"`);
    return state;
  };
const stateNamed = stateIn(generation);
const checkStateNamed = stateIn(checks);

const fileAt = (path: string): string =>
  readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

/**
 * As Step Functions names them: the function has not run (AWS Lambda API Reference, "Invoke",
 * Errors).
 */
const neverRanErrors = [
  'Lambda.ResourceNotReadyException',
  'Lambda.ResourceConflictException',
  'Lambda.EC2ThrottledException',
  'Lambda.EC2UnexpectedException',
  'Lambda.ENILimitReachedException',
  'Lambda.SubnetIPAddressLimitReachedException',
  'Lambda.TooManyRequestsException',
];
/** With the trouble of Lambda itself: a check that met it is asked for again after a pause. */
const couldNotRunErrors = [
  ...neverRanErrors,
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
];

/** As Step Functions names them: nobody waits for the answer to a task. */
const nobodyWaits = [
  'Sfn.TaskTimedOutException',
  'Sfn.TaskDoesNotExistException',
  'Sfn.InvalidTokenException',
];

const isAnnouncement = (state: StateDefinition): boolean =>
  state.Resource?.endsWith(':events:putEvents') === true;
const startTasks = states.filter(
  ([name, { Type: type }]) => type === 'Task' && name.startsWith('Start '),
);
const startable = providers.filter(({ starting }) => starting !== undefined);
const functionTasks = states.filter(
  ([name, { Type: type, Resource: resource }]) =>
    type === 'Task' && resource?.startsWith('${') === true && !name.startsWith('Start '),
);
const checkTasks = checkStates.filter(
  ([name]) => name.startsWith('Check ') && !/did not|failed/.test(name),
);
const announcements = states.filter(([, state]) => isAnnouncement(state));

describe('the definitions', () => {
  it('are the golden ones; after a change that is meant, run "npm run golden" and read the difference', () => {
    expect(generation).toEqual(JSON.parse(fileAt('golden/generation-machine.json')));
    expect(checks).toEqual(JSON.parse(fileAt('golden/checks-machine.json')));
  });

  it("are those of the stack's template", () => {
    expect(definitionsOf(synthesise(everyProvider).template.toJSON())).toEqual(definitions);
  });

  it('are looked for in templates with two state machines only', () => {
    expect(() => definitionsOf({ Resources: {} })).toThrow(
      'expected a template with one standard state machine; it has 0',
    );
    const machine = {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { DefinitionString: '{}' },
    };
    expect(() => definitionsOf({ Resources: { a: machine, b: machine } })).toThrow('it has 2');
    expect(() => definitionsOf({ Resources: { a: machine } })).toThrow(
      'one express state machine; it has 0',
    );
  });

  it.each(Object.entries(definitions))(
    'are valid Amazon States Language, and every state is reached: %s',
    (_, definition) => {
      expect(problemsOfDefinition(definition)).toEqual([]);
    },
  );

  it('are drawn in docs; after a change, run "npm run diagram"', async () => {
    const { archiver } = parseConfiguration(
      configurationFrom(undefined, fileURLToPath(new URL('../../cdk.json', import.meta.url))),
    );
    const drawn = synthesiseDefinitions(archiver);
    const graphviz = await Graphviz.load();
    const isDrawn = (name: string, definition: StateMachineDefinition): boolean =>
      fileAt(`../../docs/${name}.svg`) === graphviz.dot(dotOf(definition));
    expect(isDrawn('generation-machine', drawn.generation)).toBe(true);
    expect(isDrawn('checks-machine', drawn.checks)).toBe(true);
  });
});

/** The states that archive a deck of Gamma which is done at the first check. */
const stepsIn = (definition: StateMachineDefinition): string[] => {
  const taken: string[] = [];
  const answers: Record<string, string> = {
    '$.generation.generationId': 'gen-1',
    '$.generation.provider': 'gamma',
    '$.poll.next': 'copy',
    '$.copy.next': 'succeed',
  };
  const holds = (rule: Partial<ChoiceRule>): boolean =>
    Array.isArray(rule['And'])
      ? (rule['And'] as Partial<ChoiceRule>[]).every(holds)
      : rule.StringEquals !== undefined && rule.StringEquals === answers[rule.Variable ?? ''];
  for (let name: string | undefined = definition.StartAt; name !== undefined;) {
    taken.push(name);
    const state: StateDefinition = stateIn(definition)(name);
    name = state.Next ?? state.Choices?.find(holds)?.Next;
  }
  return taken;
};

/** The states that nothing leads away from. */
const endsOf = (all: readonly (readonly [string, StateDefinition])[]) =>
  all.filter(
    ([, state]) => state.Type === 'Fail' || state.Type === 'Succeed' || state.End === true,
  );

describe('the states', () => {
  it('of a provider are three in the checks machine, and three where it can start generations, with names that a person reads in the console', () => {
    const one = synthesiseDefinitions({ providers: { gamma: {} } });
    for (const { title } of providers) {
      expect(Object.keys(checks.States)).toEqual(
        expect.arrayContaining([`Wait for ${title}`, `Check ${title}`, `${title}: what next?`]),
      );
    }
    for (const { title } of startable) {
      expect(Object.keys(generation.States)).toEqual(
        expect.arrayContaining([`Start ${title}`, `${title}: started?`, `Wait to start ${title}`]),
      );
    }
    expect(checkStates).toHaveLength(
      Object.keys(one.checks.States).length + 3 * (providers.length - 1),
    );
    // An idempotent provider has two more, to repeat a start that broke off.
    const repeating = startable.filter(({ starting }) => starting?.idempotent === true).length;
    expect(states).toHaveLength(
      Object.keys(one.generation.States).length + 3 * (startable.length - 1) + 2 * repeating,
    );
  });

  it('take the archive of a deck from the event to the announcement in five steps', () => {
    expect(stepsIn(generation)).toEqual([
      'Follow generation',
      'What next?',
      'Copy exports',
      'Copy: what next?',
      'Announce archive',
    ]);
    expect(stateNamed('Announce archive').End).toBe(true);
  });

  it('wait, check and report in the checks machine', () => {
    expect(stepsIn(checks)).toEqual([
      'Which provider?',
      'Wait for Gamma',
      'Check Gamma',
      'Gamma: what next?',
      'Report',
    ]);
  });

  it('of the generation machine end only after an announcement, whatever path leads there', () => {
    const ends = endsOf(states);
    for (const [end, state] of ends) {
      if (isAnnouncement(state)) continue;
      const before = states.filter(([, other]) => successorsOf(other).includes(end));
      expect(before.length, end).toBeGreaterThan(0);
      for (const [name, other] of before)
        expect(isAnnouncement(other), `${name} leads to ${end}`).toBe(true);
    }
    expect(ends.map(([name]) => name).toSorted()).toEqual([
      'Announce archive',
      'Copy failed',
      'Internal error',
      'Not archived',
      'Not started',
    ]);
  });

  it('of the checks machine end only with an answer, or where nobody waits for one', () => {
    expect(
      endsOf(checkStates)
        .map(([name]) => name)
        .toSorted(),
    ).toEqual(['Nobody waits any more', 'Report', 'Report failure']);
    const leading = checkStates.filter(([, other]) =>
      successorsOf(other).includes('Nobody waits any more'),
    );
    expect(leading.map(([name]) => name).toSorted()).toEqual([
      'Is it still followed?',
      'Report',
      'Report failure',
    ]);
  });
});

describe('the generation machine', () => {
  const follow = stateNamed('Follow generation');

  it('calls the checks machine by a task token, hands over what it needs, and waits no longer than it can live', () => {
    expect(follow).toMatchObject({
      Resource: 'arn:aws:states:::states:startExecution.waitForTaskToken',
      ResultPath: '$.poll',
      Parameters: {
        StateMachineArn: '${ArchiverWorkflowChecksStateMachine}',
        Input: {
          'generation.$': '$.generation',
          'poll.$': '$.poll',
          'execution.$': '$$.Execution.Id',
          'calledAt.$': '$$.State.EnteredTime',
          'taskToken.$': '$$.Task.Token',
        },
      },
    });
    const seconds = Number(follow['TimeoutSeconds']);
    expect(seconds).toBeGreaterThan(checks.TimeoutSeconds);
    expect(seconds).toBeLessThan(checks.TimeoutSeconds * 1.2);
  });

  it('calls it again where it was lost or could not be called, and announces what outlives that', () => {
    expect(follow['Retry']).toMatchObject([
      { ErrorEquals: ['ProviderNotDeployed'], MaxAttempts: 0 },
      { ErrorEquals: ['CheckFailed', 'UnknownAnswer'], MaxAttempts: 2, JitterStrategy: 'FULL' },
      { ErrorEquals: ['States.Timeout'], MaxAttempts: 20 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 20, JitterStrategy: 'FULL' },
    ]);
    expect(follow.Catch).toEqual([
      { ErrorEquals: ['CheckFailed'], ResultPath: '$.error', Next: 'Check failed' },
      { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Not archived by an error' },
    ]);
  });

  it('knows each report, and has a way for one that it does not know', () => {
    const choice = stateNamed('What next?');
    const compared = (choice.Choices ?? []).map((rule) =>
      Array.isArray(rule['And'])
        ? (rule['And'] as ChoiceRule[])[0]?.StringEquals
        : rule.StringEquals,
    );
    expect(new Set(compared)).toEqual(new Set(reportValues));
    expect(choice.Default).toBe('Unknown answer');
  });
});

describe('the checks machine', () => {
  it('is an Express state machine that lives five minutes', () => {
    expect(checks.TimeoutSeconds).toBe(300);
  });

  it.each(['Report', 'Report failure'])(
    'answers by the token that it was given, again where that is throttled, and not where nobody waits: %s',
    (name) => {
      const state = checkStateNamed(name);
      expect(state).toMatchObject({
        Parameters: { 'TaskToken.$': '$.taskToken' },
        Retry: [
          { ErrorEquals: nobodyWaits, MaxAttempts: 0 },
          { ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' },
        ],
      });
      expect(state.Catch).toEqual([
        { ErrorEquals: nobodyWaits, ResultPath: '$.error', Next: 'Nobody waits any more' },
      ]);
    },
  );

  it('tells of an error by its name and never by its cause', () => {
    expect(checkStateNamed('Report failure')['Parameters']).toEqual({
      'TaskToken.$': '$.taskToken',
      'Error.$': '$.error.Error',
      'Cause.$': '$.error.Cause',
    });
    expect(checkStateNamed('Check failed')).toMatchObject({
      Parameters: { Error: 'CheckFailed', 'Cause.$': '$.error.Error' },
      ResultPath: '$.error',
      Next: 'Report failure',
    });
    expect(stateNamed('Check failed')).toMatchObject({
      Parameters: { 'Error.$': '$.error.Cause' },
      ResultPath: '$.error',
      Next: 'Not archived by an error',
    });
  });

  it.each(checkTasks)('is retried within its minutes, and then reports: %s', (_, state) => {
    expect(state['Retry']).toMatchObject([
      { ErrorEquals: couldNotRunErrors, JitterStrategy: 'FULL' },
      {
        ErrorEquals: expect.arrayContaining(['States.TaskFailed']) as unknown,
        MaxAttempts: 2,
        JitterStrategy: 'FULL',
      },
    ]);
    expect(state.Catch).toEqual([
      {
        ErrorEquals: couldNotRunErrors,
        ResultPath: '$.error',
        Next: 'Was the last one missed, too?',
      },
      { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Check failed' },
    ]);
  });

  it.each(checkTasks)('gets no more than it needs: %s', (_, state) => {
    expect(state['ResultPath']).toBe('$.poll');
    expect(state['Parameters']).toEqual({
      'generation.$': '$.generation',
      'poll.$': '$.poll',
      'execution.$': '$.execution',
      'calledAt.$': '$.calledAt',
      'dueAt.$': '$$.State.EnteredTime',
    });
  });

  it('has time left for a check that begins last, its retries and its report', () => {
    const pauses = checkTasks.flatMap(([, state]) =>
      (state['Retry'] as { MaxAttempts: number; MaxDelaySeconds: number }[])
        .slice(0, 1)
        .map(({ MaxAttempts: attempts, MaxDelaySeconds: longest }) => {
          const doubling = Array.from({ length: attempts }, (__, index) => 2 ** index);
          return doubling.reduce((sum, pause) => sum + Math.min(pause, longest), 0);
        }),
    );
    const reportSeconds = Number(checkStateNamed('Report')['TimeoutSeconds']);
    /** The longest that a request takes (lambdas/adapters/api.ts). */
    const requestSeconds = 10;
    const checkSeconds = Number(checkTasks[0]?.[1]['TimeoutSeconds']);
    expect(roundSeconds + Math.max(...pauses) + reportSeconds).toBeLessThan(checks.TimeoutSeconds);
    expect(roundSeconds + checkSeconds + reportSeconds).toBeLessThan(checks.TimeoutSeconds);
    // What nothing delays has time for a request that takes its longest.
    expect(smoothRoundSeconds + requestSeconds).toBeLessThan(checks.TimeoutSeconds);
  });
});

const ends = (name: string): boolean => {
  const state = stateNamed(name);
  const next = successorsOf(state)[0];
  return state.End === true || (next !== undefined && stateNamed(next).Type === 'Fail');
};

describe('an execution that is announcing', () => {
  it('is about to end, but where its definition goes on: intake tells them apart by name', () => {
    const announcing = states.flatMap(([name, state]) => (isAnnouncement(state) ? [name] : []));
    expect(announcing.filter(announcesEnd)).toEqual(announcing.filter(ends));
    expect(states.map(([name]) => name).filter(announcesEnd)).toEqual(announcing.filter(ends));
  });
});

describe('every choice', () => {
  it('knows each answer of a check, and has a way for one that it does not know', () => {
    for (const { title } of providers) {
      const choice = checkStateNamed(`${title}: what next?`);
      expect(choice.Choices?.map((rule) => [rule.Variable, rule.StringEquals])).toEqual(
        expect.arrayContaining(pollNextValues.map((next) => ['$.poll.next', next])),
      );
      expect(choice.Choices).toHaveLength(pollNextValues.length);
      expect(choice.Default).toBe('Unknown answer');
    }
  });

  it('knows each answer of a copy, and has a way for one that it does not know', () => {
    const choice = stateNamed('Copy: what next?');
    expect(choice.Choices?.map((rule) => [rule.Variable, rule.StringEquals])).toEqual(
      copyNextValues.map((next) => ['$.copy.next', next]),
    );
    expect(choice.Default).toBe('Unknown answer');
  });

  it('of the provider has a way for one that is not deployed any more', () => {
    expect(checkStateNamed('Which provider?').Default).toBe('Provider not deployed');
    expect(stateNamed('Which start?').Default).toBe('Provider to start not deployed');
  });
});

const isExport = (name: string): boolean => name.startsWith('Export ');

describe('every function task', () => {
  it.each(functionTasks)(
    'is retried by its kind of trouble, with full jitter: %s',
    (name, state) => {
      const retries = state['Retry'] as {
        ErrorEquals: string[];
        MaxAttempts: number;
        JitterStrategy: string;
        MaxDelaySeconds: number;
      }[];
      const others = [
        ['Lambda.ClientExecutionTimeoutException', 10],
        ['States.TaskFailed', 2],
      ];
      expect(
        retries.map(({ ErrorEquals: errors, MaxAttempts: attempts }) => [errors[0], attempts]),
      ).toEqual([
        ['Lambda.ResourceNotReadyException', 20],
        ['Lambda.TooManyRequestsException', 240],
        // An export may cost credits: it is repeated only where the function did not run.
        ...(isExport(name) ? [] : others),
      ]);
      for (const retry of retries)
        expect(retry).toMatchObject({ JitterStrategy: 'FULL', MaxDelaySeconds: 60 });
    },
  );

  it.each(functionTasks)(
    'has a time limit, and whatever gets out of it is announced, or left to the copy: %s',
    (name, state) => {
      expect(state['TimeoutSeconds']).toBeGreaterThan(60);
      const next = isExport(name) ? 'Copy exports' : 'Not archived by an error';
      const neverRan = { ErrorEquals: neverRanErrors, ResultPath: '$.error' };
      expect(state.Catch).toEqual([
        ...(isExport(name) ? [{ ...neverRan, Next: 'Export did not run' }] : []),
        { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: next },
      ]);
    },
  );

  it.each(functionTasks)(
    'changes its own part of the state data and gets no more than it needs: %s',
    (name, state) => {
      expect(state['ResultPath']).toBe(isExport(name) ? '$.copy.started' : '$.copy');
      const usual = ['generation.$', 'execution.$', 'copy.$'];
      expect(Object.keys(state['Parameters'] as object)).toEqual(
        isExport(name) ? usual : [...usual, 'poll.$'],
      );
    },
  );
});

describe('every start', () => {
  it('is there for each provider whose generations can be started', () => {
    expect(startTasks.map(([name]) => name)).toEqual(
      startable.map(({ title }) => `Start ${title}`),
    );
  });

  it.each(startTasks)(
    'is repeated by the machine only where the function has certainly not run: %s',
    (_, state) => {
      const retries = state['Retry'] as { ErrorEquals: string[] }[];
      expect(retries.flatMap(({ ErrorEquals: errors }) => errors)).toEqual(neverRanErrors);
    },
  );

  it.each(startTasks)(
    'that breaks off leaves everybody uncertain, unless the provider knows a repetition: %s',
    (name, state) => {
      const title = name.slice('Start '.length);
      const isIdempotent = startable.some(
        (provider) => provider.title === title && provider.starting?.idempotent === true,
      );
      const next = isIdempotent ? `${title}: start broke off` : 'Start uncertain';
      expect(state.Catch).toEqual([
        {
          ErrorEquals: neverRanErrors,
          ResultPath: '$.error',
          Next: 'Was an attempt before it uncertain?',
        },
        { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: next },
      ]);
    },
  );

  it.each(startTasks)(
    'gets the request and no more than it needs, and changes its own part of the state data: %s',
    (_, state) => {
      expect(state['ResultPath']).toBe('$.start');
      expect(Object.keys(state['Parameters'] as object)).toEqual([
        'generation.$',
        'request.$',
        'start.$',
        'execution.$',
      ]);
    },
  );

  it('knows each answer, and takes one that it does not know for an uncertain one', () => {
    for (const { title } of startable) {
      const choice = stateNamed(`${title}: started?`);
      expect(choice.Choices?.map((rule) => [rule.Variable, rule.StringEquals])).toEqual(
        startNextValues.map((next) => ['$.start.next', next]),
      );
      expect(choice.Default).toBe('Start uncertain');
    }
  });

  it('leaves the request behind once it is accepted', () => {
    expect(stateNamed('Announce acceptance')).toMatchObject({
      ResultPath: null,
      OutputPath: '$.start.state',
      Next: 'Follow generation',
    });
  });
});

describe('every announcement', () => {
  it.each(announcements)(
    'is retried with jitter, and its failure is not hidden: %s',
    (_, state) => {
      expect(state['Retry']).toEqual([
        expect.objectContaining({
          ErrorEquals: ['States.ALL'],
          MaxAttempts: 20,
          JitterStrategy: 'FULL',
        }),
      ]);
      expect(state.Catch).toBeUndefined();
    },
  );

  it.each(announcements)(
    'leaves the state data as it is and names the archiver as its source: %s',
    (_, state) => {
      expect(state['ResultPath']).toBeNull();
      expect(state['Parameters']).toMatchObject({
        Entries: [{ Source: 'generation-archiver', EventBusName: '${ArchiverEventBus.Arn}' }],
      });
    },
  );

  it('tells of an internal error by its name and never by its cause', () => {
    expect(JSON.stringify(stateNamed('Not archived by an error'))).toContain('$.error.Error');
  });

  it('knows a cause from the checks machine alone, where it is the name of an error', () => {
    const naming = states.filter(([, state]) => JSON.stringify(state).includes('$.error.Cause'));
    expect(naming.map(([name]) => name)).toEqual(['Check failed']);
  });
});
