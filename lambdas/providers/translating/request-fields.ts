import * as z from 'zod';

/** A text within documented bounds, in characters. */
export const textField = (max?: number) => {
  const text = z.string('must be a string');
  return max === undefined ? text : text.max(max, `must be at most ${max} characters`);
};

/** A text that must be there. */
export const filledField = (max?: number) => textField(max).min(1, 'must not be empty');

/** A whole number within documented bounds. */
export const countField = (min: number, max?: number) => {
  const problem =
    max === undefined
      ? `must be a whole number from ${min} on`
      : `must be a whole number from ${min} to ${max}`;
  const count = z.int(problem).min(min, problem);
  return max === undefined ? count : count.max(max, problem);
};

/** A list within documented bounds. */
export const listField = <Item extends z.ZodType>(
  item: Item,
  { min = 0, max }: { min?: number; max?: number } = {},
) => {
  const list = z.array(item, 'must be a list').min(min, `must have at least ${min} entry`);
  return max === undefined ? list : list.max(max, `must have at most ${max} entries`);
};

/** An object with documented fields among others: what a provider adds tomorrow passes today. */
export const objectField = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject(shape, 'must be an object');
