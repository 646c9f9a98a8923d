import { onTestFinished } from 'vitest';
import { startSimulator } from '../../../local/simulator/index.ts';
import type { SimulatedProvider, Simulator, SimulatorOptions } from '../../../local/simulator/index.ts';
import { createVirtualClock } from './virtual-clock.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Paths of the status requests, below each provider's base URL. */
const statusPaths: Readonly<Record<SimulatedProvider, (id: string) => string>> = {
  gamma: (id) => `/v1.0/generations/${id}`,
  chronicle: (id) => `/api/v1/presentations/generate/${id}/status`,
  duomi: (id) => `/api/v1/presentations/${id}/status`,
  perceptis: (id) => `/api/v1/status/${id}`,
};

/** The headers that carry a key, as each provider wants it. */
export const keyHeaders = (provider: SimulatedProvider, apiKey: string): Record<string, string> =>
  provider === 'gamma' || provider === 'duomi' ? { 'x-api-key': apiKey } : { authorization: `Bearer ${apiKey}` };

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
  readonly post: (provider: SimulatedProvider, path: string, body: unknown, apiKey?: string) => Promise<Answer>;
}

/** See {@link RunningSimulator}. It is closed when the test is over. */
export const runSimulator = async (options: Omit<SimulatorOptions, 'clock'> = {}): Promise<RunningSimulator> => {
  const clock = createVirtualClock();
  const simulator = await startSimulator({ ...options, clock });
  onTestFinished(() => simulator.close());
  const url = (provider: SimulatedProvider, path: string): string => `${simulator.baseUrl(provider)}${path}`;
  return {
    simulator,
    clock,
    status: async (provider, id, apiKey = simulator.apiKey(provider)) =>
      readAnswer(await fetch(url(provider, statusPaths[provider](id)), { headers: keyHeaders(provider, apiKey) })),
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
