/** A bundled simulator of the providers: what the demonstration and the tests run against. */
export { foreignNames, type ForeignName } from './foreign-answers.ts';
export { demonstrate } from './demonstration.ts';
export { makePdf } from './decks/pdf.ts';
export { makePptx } from './decks/pptx.ts';
export { makeCardsZip } from './decks/cards.ts';
export { demoDeck } from './decks/outline.ts';
export type { Deck } from './decks/outline.ts';
export type { ServedFile } from './files.ts';
export { gammaLimits } from './limits.ts';
export type { Budget, LimitOptions, ProviderLimits } from './limits.ts';
export { startSimulator } from './server.ts';
export type { Simulator } from './server.ts';
export { simulatedProviders } from './simulated-providers.ts';
export type { SimulatedGeneration } from './simulated-generation.ts';
export type { SimulatedProvider } from './simulated-providers.ts';
export type { SimulatorOptions } from './simulator-options.ts';
export type {
  CreateTrouble,
  Coding,
  DownloadBehaviour,
  FileOptions,
  GenerationOptions,
  LinkTrouble,
  OnCreate,
  RecordedRequest,
  Saying,
  Step,
} from './types.ts';
