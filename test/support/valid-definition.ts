import aslValidator from 'asl-validator';
import type { StateDefinition, StateMachineDefinition } from '../../lib/workflow/definition.ts';

/** The states that a state leads to. */
export const successorsOf = (state: StateDefinition): string[] => [
  ...(state.Next === undefined ? [] : [state.Next]),
  ...(state.Choices ?? []).map(({ Next: next }) => next),
  ...(state.Default === undefined ? [] : [state.Default]),
  ...(state.Catch ?? []).map(({ Next: next }) => next),
];

const unreachedOf = ({ StartAt: first, States: states }: StateMachineDefinition): string[] => {
  const reached = new Set([first]);
  for (const name of reached)
    for (const next of successorsOf(states[name] ?? { Type: 'Fail' })) reached.add(next);
  return Object.keys(states).filter((name) => !reached.has(name));
};

/** What CreateStateMachine would refuse a definition for. */
export const problemsOfDefinition = (definition: StateMachineDefinition): string[] => {
  // As it is once deployed: the references are ARNs then.
  const deployed = JSON.stringify(definition).replace(
    /\$\{(\w+)\.Arn\}/g,
    'arn:aws:lambda:eu-central-1:123456789012:function:$1',
  );
  const verdict = aslValidator(JSON.parse(deployed) as object);
  return [
    ...(verdict.isValid ? [] : [verdict.errorsText()]),
    ...unreachedOf(definition).map((name) => `"${name}" is never reached`),
  ];
};
