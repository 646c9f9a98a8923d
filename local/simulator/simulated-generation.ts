import type { JsonObject } from '../../lambdas/contract/json.ts';
import type { ServedFile } from './files.ts';
import type { SimulatedProvider } from './simulated-providers.ts';

/** A generation inside the simulator. */
export interface SimulatedGeneration {
  readonly provider: SimulatedProvider;
  readonly generationId: string;
  readonly title: string;
  /** When it was started, milliseconds since 1970. */
  readonly createdAt: number;
  readonly files: readonly ServedFile[];
  readonly sections: readonly JsonObject[];
  /** The key that may read it. */
  readonly apiKey: string;
  /** Goes on to the step after the current one, as an answer to a question does. */
  advance(): void;
  /** From now on another key is the right one, as after a rotation. */
  setApiKey(apiKey: string): void;
}
