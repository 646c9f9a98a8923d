import { simulatedProviders, type Simulator } from '../../../local/simulator/index.ts';

/**
 * What is deployed for the tests: all providers, at the simulator's addresses and impatient.
 */
export const configurationFor = (
  simulator: Simulator,
  changes: Readonly<Record<string, unknown>> = {},
  ofEachProvider: Readonly<Record<string, unknown>> = {},
): object => ({
  allowInsecureSources: true,
  providers: Object.fromEntries(
    simulatedProviders.map((name) => [
      name,
      {
        baseUrl: simulator.baseUrl(name),
        firstCheckSeconds: 1,
        checkIntervalSeconds: 1,
        ...ofEachProvider,
      },
    ]),
  ),
  ...changes,
});
