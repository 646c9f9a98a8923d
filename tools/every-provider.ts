import { providers } from '../lambdas/providers/registry.ts';
import type { GenerationArchiverProps } from '../lib/config/config.ts';

/**
 * Props that deploy every provider of the registry with its defaults: what the golden definition
 * shows. A provider that publishes no address gets one that does not exist.
 */
export const everyProvider: GenerationArchiverProps = {
  providers: Object.fromEntries(
    providers.map(({ name, baseUrl }) => [
      name,
      baseUrl === undefined ? { baseUrl: `https://${name}.example.com` } : {},
    ]),
  ),
};
