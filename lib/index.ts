/** What other people's stacks import. */
export * from './events.ts';
export type {
  ArchiverConfiguration,
  FunctionNetwork,
  GenerationArchiverProps,
  OwnResources,
  ProviderConfig,
} from './props.ts';
export { Provider } from './provider.ts';
export type { ProviderModule } from './functions/provider-module.ts';
export { ConfigurationError } from './config/config-problems.ts';
export { GenerationArchiver } from './generation-archiver.ts';
export {
  GenerationArchiverStack,
  type GenerationArchiverStackProps,
} from './generation-archiver-stack.ts';
