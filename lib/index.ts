/** What other people's stacks import. */
export { eventSource, resultDetailTypes } from '../lambdas/contract/results.ts';
export { triggerDetailTypes, type TriggerDetailType } from '../lambdas/contract/triggers.ts';
export type {
  Artifact,
  FieldProblem,
  ObjectLocation,
  RejectedDetail,
  ResultDetail,
  ResultDetailType,
  Timing,
} from '../lambdas/contract/results.ts';
export type { ErrorCode } from '../lambdas/contract/error-codes.ts';
export type { ArchiverConfiguration, FunctionNetwork, GenerationArchiverProps, OwnResources, ProviderConfig } from './props.ts';
export { Provider } from './provider.ts';
export type { ProviderModule } from './provider-module.ts';
export { ConfigurationError } from './config-problems.ts';
export { GenerationArchiver } from './generation-archiver.ts';
export { GenerationArchiverStack, type GenerationArchiverStackProps } from './generation-archiver-stack.ts';
