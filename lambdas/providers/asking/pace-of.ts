import type { ProviderSettings } from '../../contract/environment.ts';
import { ownField } from '../../contract/own-field.ts';
import type { RequestPace } from '../../polling/request-pace.ts';
import type { Registry } from '../registry.ts';

/**
 * How each provider of a deployment wants to be asked: its own pace, at the interval that it
 * documents or a longer one that is configured.
 */
export const createPaceOf =
  ({
    registry,
    settings,
  }: {
    readonly registry: Pick<Registry, 'providerNamed'>;
    readonly settings: Readonly<Record<string, ProviderSettings>>;
  }) =>
  (name: string): RequestPace => {
    const { pace, defaults } = registry.providerNamed(name);
    const configured = ownField(settings, name)?.checkIntervalSeconds ?? 0;
    return { ...pace, intervalSeconds: Math.max(defaults.checkIntervalSeconds, configured) };
  };
