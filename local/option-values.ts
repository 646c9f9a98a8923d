import { InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import { exportAsFormatSchema, type ExportAs } from '../lambdas/contract/export-as.ts';
import { maxTimeoutMinutes, metadataSchema } from '../lambdas/contract/generation.ts';
import type { JsonObject } from '../lambdas/contract/json.ts';
import { parseUrl } from '../lambdas/contract/parse-url.ts';
import { tagsSchema, type Tags } from '../lambdas/contract/tags.ts';

/** A value that a schema accepts; what the schema says is told otherwise. */
export const checked =
  <T>(schema: z.ZodType<T>) =>
  (value: unknown): T => {
    const parsed = schema.safeParse(value);
    if (!parsed.success)
      throw new InvalidArgumentError(parsed.error.issues.map(({ message }) => message).join('; '));
    return parsed.data;
  };

/** A whole number from 1 on. @param what names it: `whole number of minutes` */
export const wholeNumber =
  (what: string, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > max) {
      throw new InvalidArgumentError(`use a ${what} from 1 to ${max}`);
    }
    return value;
  };

/** Minutes until a run gives up. */
export const minutes = wholeNumber('whole number of minutes', maxTimeoutMinutes);

/** Seconds that a generation may be expected to take. */
export const seconds = wholeNumber('whole number of seconds', maxTimeoutMinutes * 60);

/** A JSON object, as metadata may be. */
export const jsonObject = (text: string): JsonObject => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('use a JSON object, for example \'{"customer":"42"}\'');
  }
  return checked(metadataSchema)(value);
};

type Pairs = Readonly<Record<string, string>>;

/** `name=value`, added to those before. A value may hold a `=`. */
export const pair =
  (name: string) =>
  (text: string, before: Pairs = {}): Pairs => {
    const at = text.indexOf('=');
    if (at < 1) throw new InvalidArgumentError(`use ${name}=value, such as customer=42`);
    // Of two values, the last one counts; but `__proto__` is no name.
    return Object.fromEntries([...Object.entries(before), [text.slice(0, at), text.slice(at + 1)]]);
  };

/** A tag, `name=value`, added to those before. */
export const tag = (text: string, before: Tags = {}): Tags =>
  checked(tagsSchema)(pair('name')(text, before));

/** An http or https address, without a slash at its end. */
export const webAddress = (text: string): string => {
  if (!/^https?:$/.test(parseUrl(text)?.protocol ?? ''))
    throw new InvalidArgumentError('use an address that begins with https://');
  return text.replace(/\/+$/, '');
};

/** Formats with commas between them, added to those of an earlier option; each once. */
export const formats = (text: string, before: readonly ExportAs[] = []): readonly ExportAs[] => [
  ...new Set([
    ...before,
    ...text.split(',').map((word) => checked(exportAsFormatSchema)(word.trim())),
  ]),
];

/** A text with something in it. */
export const sentence = (text: string): string => {
  if (text.trim() === '') throw new InvalidArgumentError('must not be empty');
  return text;
};
