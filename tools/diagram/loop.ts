import type {
  Definitions,
  StateDefinition,
  StateMachineDefinition,
} from '../../lib/workflow/definition.ts';

/** An arrow between two states that are shown. */
export interface ShownArrow {
  readonly from: string;
  readonly to: string;
}

/** What is drawn of each machine: the states in which something happens on a good day. */
const shown = {
  generation: ['Follow generation', 'Wait', 'Copy exports', 'Export Gamma', 'Announce archive'],
  checks: ['Wait for Gamma', 'Check Gamma', 'Report'],
} as const;

/** Where work goes from a state; errors have their own picture. */
const targetsOf = ({ Next, Choices = [] }: StateDefinition): string[] => [
  ...(Next === undefined ? [] : [Next]),
  ...Choices.map((rule) => rule.Next),
];

/**
 * The arrows between some states of a machine, past those that are left out.
 *
 * @throws where the machine has no such state
 */
export const arrowsBetween = (
  { States: states }: StateMachineDefinition,
  names: readonly string[],
): readonly ShownArrow[] =>
  names.flatMap((from) => {
    const start = states[from];
    if (start === undefined) throw new Error(`the machine has no state "${from}"`);
    // A Set is walked in the order of insertion, with what is added meanwhile.
    const reached = new Set(targetsOf(start));
    for (const name of reached) {
      const state = states[name];
      if (state === undefined || names.includes(name)) continue;
      for (const target of targetsOf(state)) reached.add(target);
    }
    return names.filter((to) => reached.has(to)).map((to) => ({ from, to }));
  });

const looks: Readonly<Record<string, string>> = {
  Wait: 'fillcolor="#e3eefb" color="#2f6fb3"',
  Task: 'fillcolor="#fdebd7" color="#c46a16"',
};

const cluster = (
  id: string,
  label: string,
  machine: StateMachineDefinition,
  names: readonly string[],
): string[] => [
  `subgraph "cluster_${id}" { label="${label}"; style="rounded"; color="#999999"; fontname="Helvetica"; fontsize="13";`,
  ...names.map(
    (name) => `"${id}/${name}" [label="${name}" ${looks[machine.States[name]?.Type ?? ''] ?? ''}];`,
  ),
  ...arrowsBetween(machine, names).map(({ from, to }) => `"${id}/${from}" -> "${id}/${to}";`),
  '}',
];

/** Draws the loop of one provider, in the language of Graphviz: small enough for a front page. */
export const loopDotOf = ({ generation, checks }: Definitions): string =>
  [
    'digraph "The loop" {',
    'graph [rankdir="LR" bgcolor="white" nodesep="0.3" ranksep="0.45" pad="0.2" newrank="true"];',
    'node [shape="box" style="filled,rounded" fontname="Helvetica" fontsize="13" margin="0.14,0.08"];',
    'edge [color="#555555" arrowsize="0.7" fontname="Helvetica" fontsize="12"];',
    '"event" [label="Generation Started" shape="plaintext" style=""];',
    '"bucket" [label="verified deck in S3,\\nGeneration Archived" shape="plaintext" style=""];',
    ...cluster('generation', 'generation machine (Standard)', generation, shown.generation),
    ...cluster('checks', 'checks machine (Express)', checks, shown.checks),
    '"event" -> "generation/Follow generation";',
    '"generation/Announce archive" -> "bucket";',
    '"generation/Follow generation" -> "checks/Wait for Gamma" [style="dashed" label=" starts "];',
    '"checks/Report" -> "generation/Follow generation" [style="dashed" label=" answers " constraint="false"];',
    '}',
    '',
  ].join('\n');
