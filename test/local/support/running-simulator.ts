import { onTestFinished } from 'vitest';
import { builtIn } from '../../../lambdas/providers/registry.ts';
import { startSimulator } from '../../../local/simulator/index.ts';
import type {
  SimulatedProvider,
  Simulator,
  SimulatorOptions,
} from '../../../local/simulator/index.ts';
import { createVirtualClock } from './virtual-clock.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The headers that carry a key, as each provider wants it. */
export const keyHeaders = (
  provider: SimulatedProvider,
  apiKey: string,
): Readonly<Record<string, string>> =>
  builtIn
    .providerNamed(provider)
    .statusRequest({ baseUrl: 'https://api.example.com', generationId: 'any', apiKey }).headers;

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, where it is JSON. */
  readonly body: Record<string, unknown>;
}

const readAnswer = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  let body: Record<string, unknown> = {};
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Not every answer is JSON: that is what some tests are about.
  }
  return { status: response.status, headers: response.headers, text, body };
};

/** A simulator for one test, with a clock that the test moves. */
export interface RunningSimulator {
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  readonly status: (provider: SimulatedProvider, id: string, apiKey?: string) => Promise<Answer>;
  readonly post: (
    provider: SimulatedProvider,
    path: string,
    body: unknown,
    apiKey?: string,
  ) => Promise<Answer>;
}

/** See {@link RunningSimulator}. It is closed when the test is over. */
export const runSimulator = async (
  options: Omit<SimulatorOptions, 'clock'> = {},
): Promise<RunningSimulator> => {
  const clock = createVirtualClock();
  const simulator = await startSimulator({ ...options, clock });
  onTestFinished(() => simulator.close());
  const url = (provider: SimulatedProvider, path: string): string =>
    `${simulator.baseUrl(provider)}${path}`;
  return {
    simulator,
    clock,
    status: async (provider, generationId, apiKey = simulator.apiKey(provider)) => {
      const baseUrl = simulator.baseUrl(provider);
      const request = builtIn
        .providerNamed(provider)
        .statusRequest({ baseUrl, generationId, apiKey });
      return readAnswer(await fetch(request.url, { headers: request.headers }));
    },
    post: async (provider, path, body, apiKey = simulator.apiKey(provider)) =>
      readAnswer(
        await fetch(url(provider, path), {
          method: 'POST',
          headers: keyHeaders(provider, apiKey),
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      ),
  };
};
