/** What a run saw: the oracle holds the archiver's words against it. */
export interface Witness {
  /** Something that happened and that a result may give as its reason. */
  saw(what: string): void;
  hasSeen(...any: readonly string[]): boolean;
  /**
   * A text that leaves the functions' memory: state data, events, logs, objects, errors. No secret
   * may be in one.
   */
  exposed(where: string, text: string): void;
  readonly exposures: readonly { readonly where: string; readonly text: string }[];
  /** Something that should never happen and was seen right away. */
  violated(what: string): void;
  readonly violations: readonly string[];
}

/** See {@link Witness}. */
export const createWitness = (): Witness => {
  const seen = new Set<string>();
  const exposures: { where: string; text: string }[] = [];
  const violations: string[] = [];
  return {
    saw: (what) => void seen.add(what),
    hasSeen: (...any) => any.some((what) => seen.has(what)),
    exposed: (where, text) => void exposures.push({ where, text }),
    exposures,
    violated: (what) => void violations.push(what),
    violations,
  };
};
