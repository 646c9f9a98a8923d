import { z } from 'zod';
import type { ErrorCode } from './error-codes.ts';
import { credentialSchema, generationIdSchema, maxTimeoutMinutes, metadataSchema } from './generation.ts';
import type { FieldProblem } from './results.ts';

/** Longest value, in characters, that a problem quotes. */
const maxQuoted = 80;

/** Most problems that one rejection lists: an event of 256 kB can hold thousands. */
const maxProblems = 50;

const timeoutProblem = `must be a whole number of minutes from 1 to ${maxTimeoutMinutes}`;

/**
 * The detail of the trigger event `Generation Started`. Unknown fields are refused, so that a typing mistake is seen. Which
 * providers exist is known to the deployment alone: see {@link parseTrigger}.
 */
export const triggerSchema = z.strictObject(
  {
    provider: z.string('must be a string').min(1, 'must not be empty').describe('one of the deployed providers'),
    generationId: generationIdSchema.describe('the provider\'s own id of the generation'),
    credential: credentialSchema.default('default').describe('which API key: the last part of the secret\'s name'),
    timeoutMinutes: z
      .int(timeoutProblem)
      .min(1, timeoutProblem)
      .max(maxTimeoutMinutes, timeoutProblem)
      .optional()
      .describe('minutes from the event\'s own time after which following ends; default: the provider\'s'),
    expectedSeconds: z
      .number('must be a number of seconds')
      .positive('must be above 0')
      .max(maxTimeoutMinutes * 60, `must be at most ${maxTimeoutMinutes * 60}`)
      .optional()
      .describe('how long the generation usually takes: the first check waits for a good part of it'),
    refresh: z.boolean('must be true or false').default(false).describe('fetch anew what is already stored'),
    metadata: metadataSchema.default({}).describe('echoed in the manifest and in every result event'),
  },
  'must be a JSON object',
);

/** See {@link triggerSchema}. */
export type Trigger = z.infer<typeof triggerSchema>;

/** A trigger that may be followed, or everything that is wrong with it. */
export type TriggerOutcome =
  | { readonly ok: true; readonly trigger: Trigger }
  | { readonly ok: false; readonly code: Extract<ErrorCode, 'InvalidRequest' | 'UnknownProvider'>; readonly problems: FieldProblem[] };

const valueAt = (detail: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined),
    detail,
  );

/** A value as a problem quotes it: only what is short and plain, since the event may hold anything. */
const quoted = (value: unknown): string | undefined => {
  if (value === undefined || (typeof value === 'object' && value !== null)) return undefined;
  const text = JSON.stringify(value);
  return text.length <= maxQuoted ? text : `${text.slice(0, maxQuoted)}…`;
};

/** Not quoted in a problem: who mistakes the field puts an API key there. */
const confidentialFields: readonly PropertyKey[] = ['credential'];

const sentence = (issue: z.core.$ZodIssue, detail: unknown): string => {
  const value = valueAt(detail, issue.path);
  if (value === undefined && issue.code === 'invalid_type') return 'is missing';
  const shown = issue.path.some((key) => confidentialFields.includes(key)) ? undefined : quoted(value);
  return shown === undefined ? issue.message : `${issue.message}; got ${shown}`;
};

const problemsOf = (issues: readonly z.core.$ZodIssue[], detail: unknown): FieldProblem[] =>
  issues.flatMap((issue): FieldProblem[] => {
    const field = issue.path.map(String).join('.');
    if (issue.code !== 'unrecognized_keys') return [{ field, message: sentence(issue, detail) }];
    const known = Object.keys(triggerSchema.shape).join(', ');
    return issue.keys.map((key) => ({ field: key.slice(0, maxQuoted), message: `is not a field of this event; known: ${known}` }));
  });

/**
 * Checks the detail of a trigger event.
 *
 * @param detail whatever the event carried
 * @param deployed names of the deployed providers
 */
export const parseTrigger = (detail: unknown, deployed: readonly string[]): TriggerOutcome => {
  const parsed = triggerSchema.safeParse(detail);
  const provider = valueAt(detail, ['provider']);
  const isUnknown = typeof provider === 'string' && provider !== '' && !deployed.includes(provider);
  const unknown: FieldProblem[] = isUnknown
    ? [{ field: 'provider', message: `unknown provider ${quoted(provider)}; deployed: ${deployed.join(', ')}` }]
    : [];
  if (parsed.success && !isUnknown) return { ok: true, trigger: parsed.data };

  const problems = [...unknown, ...(parsed.success ? [] : problemsOf(parsed.error.issues, detail))].slice(0, maxProblems);
  return { ok: false, code: isUnknown && parsed.success ? 'UnknownProvider' : 'InvalidRequest', problems };
};
