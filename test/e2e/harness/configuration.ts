import { simulatedProviders, type Simulator } from '../../../local/simulator/index.ts';

/**
 * What is deployed for the tests: all providers, at the simulator's addresses and impatient. Gamma
 * waits in the state machine only, the others inside their checks, so that both ways are taken.
 */
export const configurationFor = (
  simulator: Simulator,
  changes: Readonly<Record<string, unknown>> = {},
  windowSeconds = 5,
): object => ({
  allowInsecureSources: true,
  providers: Object.fromEntries(
    simulatedProviders.map((name) => [
      name,
      {
        baseUrl: simulator.baseUrl(name),
        firstCheckSeconds: 1,
        checkIntervalSeconds: 1,
        checkWindowSeconds: name === 'gamma' ? 0 : windowSeconds,
      },
    ]),
  ),
  ...changes,
});
