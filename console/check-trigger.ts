import type * as z from 'zod';
import type { JsonObject } from '../lambdas/contract/json.ts';
import { problemsOf, parseTrigger } from '../lambdas/contract/parse-trigger.ts';
import type { FieldProblem } from '../lambdas/contract/results.ts';
import { triggerSchemas, type TriggerDetailType } from '../lambdas/contract/triggers.ts';
import { isProvider, providerNamed, providerNames } from '../lambdas/providers/registry.ts';
import type { Backend, Sent } from './backend.ts';

/** Names that the trigger may have: of the deployment, or, where it does not tell, every known. */
const deployedOf = (providers: readonly string[], detail: { readonly provider?: unknown }) =>
  providers.length > 0
    ? providers
    : // A provider from outside the package is known to the deployment alone.
      [...providerNames, ...(typeof detail.provider === 'string' ? [detail.provider] : [])];

const requestProblems = (provider: string, request: JsonObject, detail: object): FieldProblem[] => {
  const starting = isProvider(provider) ? providerNamed(provider).starting : undefined;
  if (starting === undefined)
    return [{ field: 'provider', message: `${provider} is followed only: start it there` }];
  const parsed = starting.schemaOf(request).safeParse(request);
  if (parsed.success) return [];
  const issues = parsed.error.issues.map((issue) => ({
    ...issue,
    path: ['request', ...issue.path],
  }));
  return problemsOf(issues, detail, []);
};

/**
 * Checks a trigger with the schemas that intake has, and sends it where nothing is wrong: what
 * would be refused does not leave.
 */
export const sendTrigger = async (
  backend: Pick<Backend, 'providers' | 'send'>,
  detailType: TriggerDetailType,
  detail: { readonly provider?: unknown; readonly request?: JsonObject },
): Promise<Sent> => {
  const deployed = deployedOf(backend.providers, detail);
  const schema: z.ZodObject & z.ZodType = triggerSchemas[detailType];
  const checked = parseTrigger(schema, detail, deployed);
  if (!checked.ok) return { ok: false, problems: checked.problems };
  const problems =
    detailType === 'Generation Requested'
      ? requestProblems(String(detail.provider), detail.request ?? {}, detail)
      : [];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, eventId: await backend.send(detailType, detail) };
};
