/**
 * What the author of a provider outside this package imports: the types, and the helpers that the
 * archiver's own are written with.
 */
/** The schema library of these helpers, for the answers that they read: a provider needs no other. */
export * as z from 'zod';
export type { ApiAnswer, ApiRequest } from '../contract/ports.ts';
export type { JsonObject, JsonValue } from '../contract/json.ts';
export type { GenerationDetails } from '../contract/results.ts';
export type { Pace } from '../polling/pace.ts';
export type {
  ExportFile,
  GenerationStatus,
  LinkedFile,
  LinkStatus,
  RateLimits,
  RefusalCode,
  RequestBudget,
  UnlinkedFile,
} from '../polling/status.ts';
export {
  linkProblem,
  optionalField,
  progressOf,
  readAnswer,
  unexpected,
  unknownStatus,
} from './translating/answer.ts';
export { linkField } from './translating/link-field.ts';
export { knownWord, numberField } from './translating/words.ts';
export type { AnswerOptions } from './translating/answer.ts';
export { detailsOf } from './translating/details.ts';
export type { HttpErrorOptions, Refusal } from './translating/http-errors.ts';
export type { IsOwnError } from './translating/own-error.ts';
export { isHttpLink } from './translating/http-link.ts';
export { redactLinks } from './translating/links.ts';
export type { ExportAs } from '../contract/export-as.ts';
export type {
  ExportEndpoint,
  LinkEndpoint,
  Provider,
  ProviderDefaults,
  ReplyEndpoint,
} from './provider.ts';
export type { JsonAnswer } from './provider-answer.ts';
export { problemText, providerText } from './translating/text.ts';
