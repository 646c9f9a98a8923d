import type * as z from 'zod';

/**
 * What a schema reads in a text. @returns `undefined` where the text is no JSON, or the schema does
 * not take it
 */
export const readJson = <Value>(
  schema: z.ZodType<Value>,
  text: string | undefined,
): Value | undefined => {
  try {
    return schema.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
};

/** What crosses a border is JSON: `undefined` is gone, and no object is shared. */
export const acrossBorder = <Value>(value: Value): Value =>
  JSON.parse(JSON.stringify(value)) as Value;
