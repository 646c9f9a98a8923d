import type { JsonObject } from '../../../lambdas/contract/json.ts';
import type { PlainSaying } from '../fault-case.ts';

/** How an error spells what it repeats. */
const spelled = {
  plain: (text: string) => text,
  quoted: (text: string) => JSON.stringify(text),
  capitals: (text: string) => text.toUpperCase(),
  url: (text: string) => encodeURIComponent(text),
  html: (text: string) => text.replaceAll(/[^ ]/gu, (sign) => `&#${sign.codePointAt(0) ?? 0};`),
  cut: (text: string) => `${text.slice(0, Math.ceil(text.length * 0.8))}…`,
  base64: (text: string) => Buffer.from(`user:${text}`).toString('base64'),
} as const satisfies Readonly<Record<string, (text: string) => string>>;

/** The name of such a spelling. */
export type Spelling = keyof typeof spelled;

/** Spellings of a request's content, and of an API key. */
export const spellings = {
  content: ['plain', 'quoted', 'capitals', 'url', 'html', 'cut'],
  key: ['plain', 'quoted', 'capitals', 'url', 'html', 'base64'],
} as const satisfies Readonly<Record<string, readonly Spelling[]>>;

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** An error that repeats what it was sent. */
export const echoing = (
  saying: PlainSaying | undefined,
  spelling: Spelling,
  request: { readonly headers: Readonly<Record<string, string>>; readonly post?: JsonObject },
): PlainSaying | undefined => {
  if (saying?.says !== 'http') return saying;
  const { headers, post } = request;
  const keys = Object.values(headers).map((header) => header.replace(/^Bearer /, ''));
  const texts = [
    ...(spelling === 'cut' ? [] : keys),
    ...(spelling === 'base64' ? [] : textsIn(post)),
  ];
  return { ...saying, message: `cannot use ${texts.map(spelled[spelling]).join(', ')}` };
};
