import * as z from 'zod';
import { holdsApiKey } from './api-key.ts';

/** Tags of one object. */
export type Tags = Readonly<Record<string, string>>;

/** S3 takes ten; two are left to the owner of the bucket. */
export const maxTags = 8;

/**
 * Amazon S3 User Guide, "Categorizing your objects using tags": longest key and value, in UTF-16
 * units, as S3 counts them.
 */
const maxKeyLength = 128;
const maxValueLength = 256;

/**
 * Most bytes of all tags as a header has them. A PUT has 8 kB for all of its headers (Amazon S3 User
 * Guide, "Working with object metadata"), and a letter beyond ASCII takes up to nine bytes there.
 */
const maxHeaderBytes = 4096;

/** AWS Billing User Guide, "User-defined tag restrictions", and the pattern of S3's own Tag type. */
const characters = /^[\p{L}\p{N} +\-=._:/@]*$/u;

/** Scripts with letters that look like those of another one. */
const confusable: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Lisu}/u,
  /\p{Script=Coptic}/u,
];

/**
 * Whether a word mixes letters that look alike, or has letters in another form: rules compare tags
 * letter by letter, and people by their looks.
 */
const isLookAlike = (text: string): boolean =>
  text.normalize('NFKC') !== text ||
  text
    .split(/[^\p{L}\p{N}]+/u)
    .some(
      (word) =>
        confusable.filter((script) => script.test(word)).length > 1 ||
        (/[A-Za-z0-9]/.test(word) && /[^\P{N}0-9]/u.test(word)),
    );

const textProblem = (text: string, longest: number): string | undefined => {
  if (text.length > longest) return `must be at most ${longest} characters`;
  if (!characters.test(text)) return 'only letters, digits, spaces and +-=._:/@ are allowed';
  if (text !== text.trim()) return 'must not begin or end with a space';
  if (isLookAlike(text)) return 'mixes letters that look alike';
  if (holdsApiKey(text)) return 'must not be an API key: keys are in Secrets Manager alone';
  return undefined;
};

const keyProblem = (key: string): string | undefined => {
  if (key === '') return 'must not be empty';
  if (key === '__proto__') return 'is reserved';
  const wrong = textProblem(key, maxKeyLength);
  if (wrong !== undefined) return wrong;
  return key.toLowerCase().startsWith('aws:')
    ? 'must not begin with "aws:": AWS keeps that'
    : undefined;
};

const valueProblem = (value: unknown): string | undefined =>
  typeof value === 'string' ? textProblem(value, maxValueLength) : 'must be a string';

/** What is wrong, and with which tag: named only where its key is one. */
interface TagProblem {
  readonly path: string[];
  readonly message: string;
}

const problemOfTag = ([key, value]: readonly [string, unknown]): TagProblem | undefined => {
  const ofKey = keyProblem(key);
  if (ofKey !== undefined) return { path: [], message: `the key of a tag ${ofKey}` };
  const ofValue = valueProblem(value);
  return ofValue === undefined ? undefined : { path: [key], message: ofValue };
};

/**
 * Tags as the `x-amz-tagging` header has them (Amazon S3 API Reference, "PutObject"): the query of a
 * URL.
 */
export const taggingHeader = (tags: Tags): string =>
  Object.entries(tags)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join('&');

const problemsOf = (tags: object): readonly TagProblem[] => {
  const entries = Object.entries(tags);
  if (entries.length > maxTags) return [{ path: [], message: `must be at most ${maxTags}` }];
  const wrong = entries.flatMap((entry) => problemOfTag(entry) ?? []);
  if (wrong.length > 0) return wrong;
  // IAM User Guide, "IAM JSON policy elements: Condition": names of condition keys, such as
  // s3:ExistingObjectTag/<key>, know no case.
  if (new Set(entries.map(([key]) => key.toLowerCase())).size < entries.length)
    return [{ path: [], message: 'has two keys that differ in upper and lower case only' }];
  return taggingHeader(tags as Tags).length > maxHeaderBytes
    ? [{ path: [], message: `must be at most ${maxHeaderBytes} bytes, URL-encoded` }]
    : [];
};

/** S3 object tags that every object of a generation gets. */
export const tagsSchema: z.ZodType<Tags> = z
  .custom<Tags>()
  .superRefine((value: unknown, context) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const problems = isObject ? problemsOf(value) : [{ path: [], message: 'must be an object' }];
    for (const { path, message } of problems)
      context.addIssue({ code: 'custom', path: [...path], message });
  })
  .meta({
    type: 'object',
    maxProperties: maxTags,
    additionalProperties: { type: 'string', maxLength: maxValueLength },
  });
