import * as z from 'zod';

type Fields = Readonly<Record<string, unknown>>;

/** Names under which frameworks and gateways wrap an answer. No provider has a field of its own called so. */
const wrappers: ReadonlySet<string> = new Set([
  'data',
  'result',
  'results',
  'response',
  'payload',
  'body',
  'content',
  'item',
  'generation',
  'job',
  'task',
]);

/** Wrappers around wrappers that are taken off; more are no answer. */
const maxDepth = 2;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A name without what spellings differ in: case, and what parts its words. */
const plainName = (name: string): string => name.replaceAll(/[_-]/g, '').toLowerCase();

/** JSON that was made to text before it was wrapped. */
export const fromText = (value: unknown): unknown => {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
};

/** What may be the answer itself within a body that is not. */
const within = (body: unknown): readonly unknown[] => {
  if (Array.isArray(body)) return body.length === 1 ? body : [];
  if (!isFields(body)) return [];
  return Object.entries(body)
    .filter(([name]) => wrappers.has(name.toLowerCase()))
    .map(([, value]) => fromText(value));
};

const namesOf = (schema: z.ZodType): readonly string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];

/** A body with the fields of a schema under the schema's own names: `export_url` is `exportUrl` where there is none. */
const withNames = (body: unknown, names: readonly string[]): unknown => {
  if (!isFields(body)) return body;
  const missing = names.filter((name) => !Object.hasOwn(body, name));
  if (missing.length === 0) return body;
  const spellings = new Map(Object.keys(body).map((name) => [plainName(name), name]));
  const spelled = missing.flatMap((name) => {
    const other = spellings.get(plainName(name));
    return other === undefined ? [] : [[name, body[other]] as const];
  });
  return spelled.length === 0 ? body : { ...body, ...Object.fromEntries(spelled) };
};

/** A body, and what may be the answer itself within it, outermost first. */
function* bodiesIn(body: unknown, depth = 0): Generator {
  yield body;
  if (depth < maxDepth) for (const inner of within(body)) yield* bodiesIn(inner, depth + 1);
}

/**
 * What a schema makes of a body: as it is, with its fields spelled in another way (`export_url`,
 * `ExportUrl`), or within a wrapper (`{"data": …}`, a list of one). A wrapper is taken off only where
 * the body itself is not what is meant and what is in it is; what is wrong is told of the body itself.
 *
 * @param isMeant whether a body that the schema accepts is the answer; default: it is. Where none
 *   is, the outermost that is accepted counts
 */
export const parseBody = <Body>(
  schema: z.ZodType<Body>,
  body: unknown,
  isMeant: (parsed: Body) => boolean = () => true,
): z.ZodSafeParseResult<Body> => {
  const names = namesOf(schema);
  let outermost: z.ZodSafeParseResult<Body> | undefined;
  for (const inner of bodiesIn(body)) {
    const parsed = schema.safeParse(withNames(inner, names));
    if (parsed.success && isMeant(parsed.data)) return parsed;
    if (outermost === undefined || (parsed.success && !outermost.success)) outermost = parsed;
  }
  return outermost ?? schema.safeParse(body);
};
