/**
 * File beside a function's bundle that holds a provider from outside this package; its default
 * export is the provider. The stack puts it there, and the function loads it at its start.
 */
export const providerModuleFile = (name: string): string => `provider-${name}.mjs`;
