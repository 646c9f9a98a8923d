/** What one look at the deployment came to. */
export interface Finding {
  /** What was looked at. */
  readonly name: string;
  /** `unknown`: it could not be seen this time. */
  readonly outcome: 'as expected' | 'WRONG' | 'unknown';
  /** What was seen, and what to do where it is not as expected. */
  readonly seen: string;
}

/** Looks at one thing. What it throws is told as unknown. */
export interface Check {
  readonly name: string;
  readonly look: () => Promise<Omit<Finding, 'name'>>;
}

/** As it should be. */
export const asExpected = (seen: string): Omit<Finding, 'name'> => ({
  outcome: 'as expected',
  seen,
});

/** Not as the archiver was built for. */
export const wrong = (seen: string): Omit<Finding, 'name'> => ({ outcome: 'WRONG', seen });

/** Not seen this time. */
export const unknown = (seen: string): Omit<Finding, 'name'> => ({ outcome: 'unknown', seen });

/** Looks, and tells a look that fails by the error's name: its text may hold anything. */
export const lookAt = async ({ name, look }: Check): Promise<Finding> => {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'no reason given';
    return { name, ...unknown(`the look failed: ${reason}`) };
  }
};

/** Findings for a terminal, one a paragraph. */
export const report = (findings: readonly Finding[]): string =>
  findings
    .map(({ name, outcome, seen }) => `${outcome.padEnd(12)}${name}\n${' '.repeat(12)}${seen}`)
    .join('\n');
