import { alai } from './alai.ts';
import type { SimulatedApi } from './api.ts';
import { chronicle } from './chronicle.ts';
import { duomi } from './duomi.ts';
import { gamma } from './gamma.ts';
import { perceptis } from './perceptis.ts';
import type { SimulatedProvider } from './simulated-providers.ts';
import { slidespeak } from './slidespeak.ts';

/** The APIs by provider. */
export const apis: Readonly<Record<SimulatedProvider, SimulatedApi>> = {
  gamma,
  chronicle,
  duomi,
  perceptis,
  alai,
  slidespeak,
};
