import type { Provider as ProviderTranslation } from '../lambdas/providers/provider.ts';
import { providerFrom } from './functions/provider-module.ts';

/** The translation of one provider's API. */
export type Provider = ProviderTranslation;

/** Makes a provider of one's own deployable. */
export const Provider = providerFrom;
