/** The providers that the simulator speaks for. */
export const simulatedProviders = [
  'gamma',
  'chronicle',
  'duomi',
  'perceptis',
  'alai',
  'slidespeak',
] as const;

/** One of {@link simulatedProviders}. */
export type SimulatedProvider = (typeof simulatedProviders)[number];
