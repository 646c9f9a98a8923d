import type { Clock } from '../../lambdas/contract/ports.ts';
import type { LimitOptions } from './limits.ts';
import type { SimulatedProvider } from './simulated-providers.ts';
import type { Coding, OnCreate } from './types.ts';

/** How the simulator runs. */
export interface SimulatorOptions {
  /** Default: the time of day. */
  readonly clock?: Clock;
  /** Default key of each provider; a random one where absent. */
  readonly apiKeys?: Partial<Readonly<Record<SimulatedProvider, string>>>;
  /** Request budgets per key; Gamma's documented ones where absent. */
  readonly limits?: LimitOptions;
  /** What the create endpoints start; a short demonstration where absent. */
  readonly onCreate?: OnCreate;
  /** How a proxy before every API compresses its answers, whatever the client asked for. */
  readonly coding?: Coding;
}
