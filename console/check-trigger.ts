import type * as z from 'zod';
import type { JsonObject } from '../lambdas/contract/json.ts';
import { problemsOf, parseTrigger } from '../lambdas/contract/parse-trigger.ts';
import type { FieldProblem } from '../lambdas/contract/results.ts';
import { triggerSchemas, type TriggerDetailType } from '../lambdas/contract/triggers.ts';
import { isProvider, providerNamed, providerNames } from '../lambdas/providers/registry.ts';
import { acrossBorder } from '../local/read-json.ts';
import type { Backend, Sent } from './backend.ts';

/** The detail of a trigger, before it was checked. */
export interface TriggerDetail {
  readonly provider: string;
  readonly generationId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly request?: JsonObject | undefined;
  readonly [field: string]: unknown;
}

/** Names that the trigger may have: of the deployment, or, where it does not tell, every known. */
const deployedOf = (providers: readonly string[], { provider }: TriggerDetail) =>
  // A provider from outside the package is known to the deployment alone.
  providers.length > 0 ? providers : [...providerNames, provider];

const requestProblems = (detail: TriggerDetail): FieldProblem[] => {
  const { provider, request = {} } = detail;
  const starting = isProvider(provider) ? providerNamed(provider).starting : undefined;
  if (starting === undefined)
    return [{ field: 'provider', message: `${provider} is followed only: start it there` }];
  const { error } = starting.schemaOf(request).safeParse(request);
  const issues = (error?.issues ?? []).map((issue) => ({
    ...issue,
    path: ['request', ...issue.path],
  }));
  return problemsOf(issues, detail, []);
};

/** Problems in a line. */
export const problemsText = (problems: readonly FieldProblem[]): string =>
  problems.map(({ field, message }) => `${field} ${message}`).join('; ');

/** What is wrong with a trigger, by the schemas that intake has. */
export const triggerProblems = (
  { providers }: Pick<Backend, 'providers'>,
  detailType: TriggerDetailType,
  asked: TriggerDetail,
): readonly FieldProblem[] => {
  const detail = acrossBorder(asked);
  const schema: z.ZodObject & z.ZodType = triggerSchemas[detailType];
  const checked = parseTrigger(schema, detail, deployedOf(providers, detail));
  if (!checked.ok) return checked.problems;
  if (detailType === 'Generation Requested') return requestProblems(detail);
  // Whether a provider from outside the package takes replies is known to the deployment alone.
  const { provider } = detail;
  const isMute = isProvider(provider) && providerNamed(provider).reply === undefined;
  return detailType === 'Generation Reply' && isMute
    ? [{ field: 'provider', message: `${provider} asks no questions and takes no replies` }]
    : [];
};

/** Sends a trigger where nothing is wrong: what would be refused does not leave. */
export const sendTrigger = async (
  backend: Pick<Backend, 'providers' | 'send'>,
  detailType: TriggerDetailType,
  asked: TriggerDetail,
): Promise<Sent> => {
  const problems = triggerProblems(backend, detailType, asked);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, eventId: await backend.send(detailType, acrossBorder(asked)) };
};
