import type {
  ChoiceRule,
  StateDefinition,
  StateMachineDefinition,
} from '../../lib/workflow/definition.ts';

/**
 * How one kind of state looks. Colours are pastel with a dark line, legible on a white and on a
 * dark page.
 */
interface Look {
  readonly fill: string;
  readonly line: string;
  readonly shape?: string;
}

const looks = {
  choice: { fill: '#efe9fb', line: '#6b4fbb', shape: 'hexagon' },
  wait: { fill: '#e3eefb', line: '#2f6fb3' },
  function: { fill: '#fdebd7', line: '#c46a16' },
  announcement: { fill: '#fbe3ee', line: '#b8336f' },
  pass: { fill: '#eeeeee', line: '#777777' },
  end: { fill: '#e2f3e4', line: '#2c8a3d' },
  failure: { fill: '#fbe2e0', line: '#b3261e' },
} as const satisfies Record<string, Look>;

const looksOf = (state: StateDefinition): Look => {
  switch (state.Type) {
    case 'Choice':
      return looks.choice;
    case 'Wait':
      return looks.wait;
    case 'Task':
      if (state.End === true) return looks.end;
      return state.Resource?.endsWith(':events:putEvents') === true
        ? looks.announcement
        : looks.function;
    case 'Pass':
      return looks.pass;
    case 'Succeed':
      return looks.end;
    case 'Fail':
      return looks.failure;
  }
};

/** One arrow of the diagram. */
interface Arrow {
  readonly to: string;
  /** The value that leads here. */
  readonly label?: string;
  /** Taken only where an error is caught that has no path of its own. */
  readonly isError?: boolean;
}

/** What is to be started has no id yet. */
const isAbsence = (rule: Partial<ChoiceRule>): boolean => rule.StringEquals === '';

/**
 * The value that a rule compares with; where it asks for more than that, it passes over the Wait
 * state.
 */
const labelOf = (rule: ChoiceRule): string => {
  const { And: parts } = rule;
  if (!Array.isArray(parts)) return rule.StringEquals ?? 'otherwise';
  const rules = parts as Partial<ChoiceRule>[];
  const values = rules
    .flatMap(({ StringEquals: value = '' }) => (value === '' ? [] : value))
    .join(', ');
  return `${values}, ${rules.some(isAbsence) ? 'to start' : 'no wait'}`;
};

const arrowsOf = (state: StateDefinition): Arrow[] => [
  ...(state.Next === undefined ? [] : [{ to: state.Next }]),
  ...(state.Choices ?? []).map((rule) =>
    isAbsence(rule) ? { to: rule.Next, isError: true } : { to: rule.Next, label: labelOf(rule) },
  ),
  ...(state.Default === undefined ? [] : [{ to: state.Default, isError: true }]),
  ...(state.Catch ?? []).map((rule) => ({ to: rule.Next, isError: true })),
];

const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

const attributes = (values: Readonly<Record<string, string>>): string =>
  `[${Object.entries(values)
    .map(([name, value]) => `${name}=${quote(value)}`)
    .join(' ')}]`;

/** @param group states of one group lie below each other */
const nodeLine = (name: string, state: StateDefinition, group: string | undefined): string => {
  const { fill, line, shape } = looksOf(state);
  const look = { fillcolor: fill, color: line, ...(shape === undefined ? {} : { shape }) };
  return `${quote(name)} ${attributes({ ...look, ...(group === undefined ? {} : { group }) })}`;
};

/**
 * The title of the provider whose loop a state belongs to: every loop begins with a Wait state of
 * this name.
 */
const providerTitles = ({ States: states }: StateMachineDefinition): string[] =>
  Object.keys(states).flatMap((name) => /^Wait for (.+)$/.exec(name)?.[1] ?? []);

const isOfProvider = (name: string, title: string): boolean =>
  [`Wait for ${title}`, `Check ${title}`, `${title}: what next?`].includes(name);

/**
 * The order from the top: the states that work reaches, nearest first, then those that only errors
 * lead to. An arrow that leads up again must not pull its target down.
 */
const order = ({
  StartAt: start,
  States: states,
}: StateMachineDefinition): ReadonlyMap<string, number> => {
  const found = new Set([start]);
  const spread = (includesErrors: boolean): void => {
    // A Set is walked in the order of insertion, with what is added meanwhile.
    for (const name of found) {
      const state = states[name];
      for (const { to, isError } of state === undefined ? [] : arrowsOf(state))
        if (includesErrors || isError !== true) found.add(to);
    }
  };
  spread(false);
  spread(true);
  return new Map([...found].map((name, place) => [name, place]));
};

/** An arrow has the colour of what it leads to. */
const arrowLine = (
  from: string,
  { to, label, isError }: Arrow,
  target: StateDefinition | undefined,
  leadsUp: boolean,
): string => {
  const line = label === undefined || target === undefined ? '#555555' : looksOf(target).line;
  const errorLook = {
    style: 'dashed',
    color: '#d98880',
    penwidth: '0.9',
    arrowhead: 'vee',
    weight: '0',
  };
  // Drawn from above and pointing back, so that it is laid out like every other arrow.
  const [upper, lower] = leadsUp ? [to, from] : [from, to];
  return `${quote(upper)} -> ${quote(lower)} ${attributes({
    ...(isError === true ? errorLook : { color: line, fontcolor: line, weight: '2' }),
    ...(leadsUp ? { dir: 'back' } : {}),
    ...(label === undefined ? {} : { label: ` ${label} ` }),
  })}`;
};

/** Keeps the providers' loops beside each other, in the order of the registry. */
const inOrder = (names: readonly string[]): string =>
  `{ rank=same; ${names.map(quote).join(' -> ')} ${attributes({ style: 'invis', weight: '10' })} }`;

/**
 * Draws a state machine in the language of Graphviz. The same definition always gives the same
 * text.
 */
export const dotOf = (definition: StateMachineDefinition): string => {
  const states = Object.entries(definition.States);
  const titles = providerTitles(definition);
  const nodes = states.map(([name, state]) =>
    nodeLine(
      name,
      state,
      titles.find((title) => isOfProvider(name, title)),
    ),
  );
  const place = order(definition);
  const arrows = states.flatMap(([name, state]) =>
    arrowsOf(state).map((arrow) => {
      const leadsUp = (place.get(arrow.to) ?? 0) <= (place.get(name) ?? 0);
      return arrowLine(name, arrow, definition.States[arrow.to], leadsUp);
    }),
  );
  const lines = [
    `graph ${attributes({ rankdir: 'TB', newrank: 'true', bgcolor: 'white', nodesep: '0.35', ranksep: '0.6', pad: '0.3' })}`,
    `node ${attributes({ shape: 'box', style: 'filled,rounded', margin: '0.15,0.08', penwidth: '1.2' })}`,
    `node ${attributes({ fontname: 'Helvetica', fontsize: '12' })}`,
    `edge ${attributes({ fontname: 'Helvetica', fontsize: '10', arrowsize: '0.7' })}`,
    ...nodes,
    inOrder(titles.map((title) => `Wait for ${title}`)),
    ...arrows,
  ];
  return `digraph "Generation Archiver" {\n${lines.map((line) => `  ${line};\n`).join('')}}\n`;
};
