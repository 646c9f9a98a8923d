import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { describe, expect, it } from 'vitest';
import { startNextValues } from '../../lambdas/contract/start-state.ts';
import { announcesEnd } from '../../lambdas/contract/state-names.ts';
import { copyNextValues, pollNextValues } from '../../lambdas/contract/state.ts';
import { providers } from '../../lambdas/providers/registry.ts';
import { configurationFrom } from '../../lib/config/config-sources.ts';
import { parseConfiguration } from '../../lib/config/config.ts';
import {
  definitionOf,
  synthesiseDefinition,
  type ChoiceRule,
  type StateDefinition,
} from '../../lib/workflow/definition.ts';
import { dotOf } from '../../tools/diagram/drawing.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { problemsOfDefinition, successorsOf } from '../support/valid-definition.ts';
import { synthesise } from './stack.ts';

const definition = synthesiseDefinition(everyProvider);
const states = Object.entries(definition.States);
const stateNamed = (name: string): StateDefinition => {
  const state = definition.States[name];
  if (state === undefined) throw new Error(`no state "${name}"`);
  return state;
};

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

const isAnnouncement = (state: StateDefinition): boolean =>
  state.Resource?.endsWith(':events:putEvents') === true;
const startTasks = states.filter(
  ([name, { Type: type }]) => type === 'Task' && name.startsWith('Start '),
);
const startable = providers.filter(({ starting }) => starting !== undefined);
const functionTasks = states.filter(
  ([name, state]) => state.Type === 'Task' && !isAnnouncement(state) && !name.startsWith('Start '),
);
const announcements = states.filter(([, state]) => isAnnouncement(state));

describe('the definition', () => {
  it('is the golden one; after a change that is meant, run "npm run golden" and read the difference', () => {
    expect(definition).toEqual(JSON.parse(fileAt('golden/state-machine.json')));
  });

  it("is the one of the stack's template", () => {
    expect(definitionOf(synthesise(everyProvider).template.toJSON())).toEqual(definition);
  });

  it('is looked for in templates with one state machine only', () => {
    expect(() => definitionOf({ Resources: {} })).toThrow(
      'expected a template with one state machine; it has 0',
    );
    const machine = {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { DefinitionString: '{}' },
    };
    expect(() => definitionOf({ Resources: { a: machine, b: machine } })).toThrow('it has 2');
  });

  it('is valid Amazon States Language, and every state is reached', () => {
    expect(problemsOfDefinition(definition)).toEqual([]);
  });

  it('is drawn in docs/state-machine.svg; after a change, run "npm run diagram"', async () => {
    const { archiver } = parseConfiguration(
      configurationFrom(undefined, fileURLToPath(new URL('../../cdk.json', import.meta.url))),
    );
    const drawn = (await Graphviz.load()).dot(dotOf(synthesiseDefinition(archiver)));
    expect(fileAt('../../docs/state-machine.svg') === drawn).toBe(true);
  });
});

/** The states that archive a deck of Gamma which is done at the first check. */
const stepsOf = (waitSeconds: number): string[] => {
  const taken: string[] = [];
  const answers: Record<string, string> = {
    '$.generation.generationId': 'gen-1',
    '$.generation.provider': 'gamma',
    '$.poll.next': 'copy',
    '$.copy.next': 'succeed',
  };
  const holds = (rule: Partial<ChoiceRule>): boolean => {
    if (Array.isArray(rule['And'])) return (rule['And'] as Partial<ChoiceRule>[]).every(holds);
    if (rule.Variable === '$.poll.waitSeconds') return rule['NumericEquals'] === waitSeconds;
    return rule.StringEquals === answers[rule.Variable ?? ''];
  };
  for (let name: string | undefined = definition.StartAt; name !== undefined;) {
    taken.push(name);
    const state: StateDefinition = stateNamed(name);
    name = state.Next ?? state.Choices?.find(holds)?.Next;
  }
  return taken;
};

describe('the states', () => {
  it('of a provider are six where it can start generations, with names that a person reads in the console', () => {
    for (const { title } of providers) {
      expect(states.map(([name]) => name)).toEqual(
        expect.arrayContaining([`Wait for ${title}`, `Check ${title}`, `${title}: what next?`]),
      );
    }
    for (const { title } of startable) {
      expect(states.map(([name]) => name)).toEqual(
        expect.arrayContaining([`Start ${title}`, `${title}: started?`, `Wait to start ${title}`]),
      );
    }
    const one = Object.keys(synthesiseDefinition({ providers: { gamma: {} } }).States);
    // An idempotent provider has two more, to repeat a start that broke off.
    const repeating = startable.filter(({ starting }) => starting?.idempotent === true).length;
    expect(states).toHaveLength(
      one.length + 3 * (providers.length - 1) + 3 * (startable.length - 1) + 2 * repeating,
    );
  });

  const checked = [
    'Check Gamma',
    'Gamma: what next?',
    'Copy exports',
    'Copy: what next?',
    'Announce archive',
  ];

  it('take the archive of a deck that is done at the first check in seven steps', () => {
    expect(stepsOf(20)).toEqual(['Which provider?', 'Wait for Gamma', ...checked]);
    expect(stateNamed('Announce archive').End).toBe(true);
  });

  it('pass over the wait where there is nothing to wait for', () => {
    expect(stepsOf(0)).toEqual(['Which provider?', ...checked]);
  });

  it('end only after an announcement, whatever path leads there', () => {
    const ends = states.filter(
      ([, state]) => state.Type === 'Fail' || state.Type === 'Succeed' || state.End === true,
    );
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
      const choice = stateNamed(`${title}: what next?`);
      expect(choice.Choices?.map((rule) => [rule.Variable, rule.StringEquals])).toEqual(
        pollNextValues.map((next) => ['$.poll.next', next]),
      );
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
    expect(stateNamed('Which provider?').Default).toBe('Provider not deployed');
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
      const next = isExport(name) ? 'Copy exports' : 'Was it requested?';
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
      const isCopy = name === 'Copy exports';
      const path = isCopy ? '$.copy' : '$.poll';
      expect(state['ResultPath']).toBe(isExport(name) ? '$.copy.started' : path);
      const usual = ['generation.$', 'poll.$', 'execution.$', ...(isCopy ? ['copy.$'] : [])];
      expect(Object.keys(state['Parameters'] as object)).toEqual(
        isExport(name) ? ['generation.$', 'execution.$', 'copy.$'] : usual,
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
      Next: 'Which provider?',
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
    for (const name of ['Announce internal error', 'Announce internal error of a request']) {
      expect(JSON.stringify(stateNamed(name))).toContain('$.error.Error');
    }
    expect(JSON.stringify(definition)).not.toContain('$.error.Cause');
  });
});
