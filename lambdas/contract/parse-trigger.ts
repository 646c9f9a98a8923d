import type * as z from 'zod';
import { mayBeApiKey, mayHoldApiKey } from './api-key.ts';
import type { ErrorCode } from './error-codes.ts';
import type { FieldProblem, RejectedDetail } from './results.ts';

/**
 * Longest text, in characters, that a problem quotes: a typing mistake is shorter, and an API key
 * is longer.
 */
const maxQuoted = 24;

/** Longest name of a field, in characters, that a problem tells. */
const maxName = 80;

/** Longest path, in characters, that a problem names. */
const maxField = 200;

/** Most problems that one rejection lists: an event of 1 MB can hold thousands. */
const maxProblems = 50;

/** Everything that is wrong with a trigger. */
export interface RefusedTrigger {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly problems: FieldProblem[];
}

/** What `Generation Rejected` says about a trigger that is refused. */
export const rejectionError = ({ code, problems }: RefusedTrigger): RejectedDetail['error'] => {
  const message = problems
    .map(({ field, message: text }) => (field === '' ? `the detail ${text}` : `${field}: ${text}`))
    .join('; ');
  return { code, message: `the event was not accepted: ${message}`, problems };
};

/** What cannot be taken because of what its fields hold. */
export const invalidRequest = (problems: FieldProblem[]): RefusedTrigger => ({
  ok: false,
  code: 'InvalidRequest',
  problems,
});

/** A trigger that may be taken, or why not. */
export type TriggerOutcome<Trigger> =
  | { readonly ok: true; readonly trigger: Trigger }
  | RefusedTrigger;

/** The value at a path, own properties only: the event may hold any key. */
const valueAt = (detail: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? Reflect.get(value, key)
        : undefined,
    detail,
  );

/**
 * A value as a problem quotes it: only what is short and plain, since the event may hold anything,
 * even an API key.
 */
const quoted = (value: unknown): string | undefined => {
  if (value === undefined || (typeof value === 'object' && value !== null)) return undefined;
  if (typeof value !== 'string') return JSON.stringify(value);
  return value.length <= maxQuoted && !mayBeApiKey(value) && !mayHoldApiKey(value)
    ? JSON.stringify(value)
    : `"…" (${value.length} characters)`;
};

/**
 * Not quoted in a problem: an API key may have been put there by mistake, and prompts are
 * confidential.
 */
const confidentialFields: readonly PropertyKey[] = [
  'credential',
  'request',
  'content',
  'attachments',
];

/** A name of a field as a problem tells it: who mistakes a name for a value puts an API key there. */
const nameOf = (key: PropertyKey): string => {
  const name = String(key);
  return mayHoldApiKey(name) ? '…' : name.slice(0, maxName);
};

const sentence = (issue: z.core.$ZodIssue, detail: unknown): string => {
  const value = valueAt(detail, issue.path);
  if (value === undefined && issue.code === 'invalid_type') return 'is missing';
  const shown = issue.path.some((key) => confidentialFields.includes(key))
    ? undefined
    : quoted(value);
  return shown === undefined ? issue.message : `${issue.message}; got ${shown}`;
};

/**
 * What a schema found, field by field.
 *
 * @param detail the event's detail, in which the issues have their paths
 * @param fields that the event has
 */
export const problemsOf = (
  issues: readonly z.core.$ZodIssue[],
  detail: unknown,
  fields: readonly string[],
): FieldProblem[] =>
  issues.flatMap((issue): FieldProblem[] => {
    const field = issue.path.map(nameOf).join('.').slice(0, maxField);
    if (issue.code !== 'unrecognized_keys') return [{ field, message: sentence(issue, detail) }];
    return issue.keys.map((key) => ({
      field: nameOf(key),
      message: `is not a field of this event; known: ${fields.join(', ')}`,
    }));
  });

/**
 * Checks the detail of a trigger event.
 *
 * @param schema of the event's detail-type; a strict object, so that a typing mistake is seen
 * @param detail whatever the event carried
 * @param deployed names of the deployed providers, which are known to the deployment alone
 */
export const parseTrigger = <Trigger>(
  schema: z.ZodObject & z.ZodType<Trigger>,
  detail: unknown,
  deployed: readonly string[],
): TriggerOutcome<Trigger> => {
  const parsed = schema.safeParse(detail);
  const provider = valueAt(detail, ['provider']);
  const isUnknown = typeof provider === 'string' && provider !== '' && !deployed.includes(provider);
  const unknown: FieldProblem[] = isUnknown
    ? [
        {
          field: 'provider',
          message: `unknown provider ${quoted(provider)}; deployed: ${deployed.join(', ')}`,
        },
      ]
    : [];
  if (parsed.success && !isUnknown) return { ok: true, trigger: parsed.data };

  const wrong = parsed.success
    ? []
    : problemsOf(parsed.error.issues, detail, Object.keys(schema.shape));
  return {
    ok: false,
    code: isUnknown && parsed.success ? 'UnknownProvider' : 'InvalidRequest',
    problems: [...unknown, ...wrong].slice(0, maxProblems),
  };
};
