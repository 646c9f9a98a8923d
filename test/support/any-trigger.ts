import * as fc from 'fast-check';
import type { TriggerDetailType } from '../../lambdas/contract/triggers.ts';
import { questionIdOf } from '../../lambdas/polling/question.ts';
import { prototypeKeys } from '../fixtures/text/hostile.ts';
import { badIds, wrongValues } from '../fixtures/triggers/hostile-values.ts';

/** What the generation asks that a reply is sent to. */
export const askedQuestion = 'Who is it for?';

const askedQuestionId = questionIdOf(askedQuestion);

/** Any text of JSON: with NUL, lone surrogates and whatever else. */
const anyText = fc.string({ unit: 'binary', maxLength: 40 });

/** Any JSON value, as it comes out of a parser: keys such as `__proto__` are its own. */
const anyJson = fc
  .letrec<{ value: unknown; object: object }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(
        anyText,
        fc.double(),
        fc.integer(),
        fc.boolean(),
        fc.constantFrom(null, 1e308, -0, '\uD800', '\u0000'),
      ),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.dictionary(fc.oneof(anyText, fc.constantFrom(...prototypeKeys)), tie('value'), {
      maxKeys: 4,
    }),
  }))
  .value.map((value) => JSON.parse(JSON.stringify(value)) as unknown);

const mostly = (right: readonly unknown[], wrong: readonly unknown[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...right) },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
    { weight: 1, arbitrary: anyJson },
  );

const anObject = fc.dictionary(anyText, anyJson, { maxKeys: 3 });

const fields = {
  provider: mostly(['gamma', 'gamma', 'chronicle', 'duomi', 'perceptis'], wrongValues.provider),
  generationId: mostly(['gen-1', 'gen-2', 'A_b.c-9', 'a'.repeat(200)], badIds),
  requestId: mostly(['order-1', 'order-2', 'A_b.c-9', 'a'.repeat(64)], badIds),
  credential: mostly(['default', 'team-b'], wrongValues.credential),
  timeoutMinutes: mostly([1, 60, 1440], wrongValues.timeoutMinutes),
  expectedSeconds: mostly([0.5, 60, 86_400], wrongValues.expectedSeconds),
  exportAs: mostly(['pdf', ['pdf', 'png']], wrongValues.exportAs),
  progress: mostly([true, false], wrongValues.progress),
  folder: mostly(['customers/42', "O'Neill(1)/a.b!", 'a'.repeat(200)], wrongValues.folder),
  tags: mostly([{}, { customer: '42' }, { Kunde: 'Müller GmbH' }], wrongValues.tags),
  refresh: mostly([true, false], wrongValues.refresh),
  metadata: fc.oneof(anObject, anyJson),
  request: fc.oneof(
    anyJson,
    anObject.map((rest) => ({
      ...rest,
      inputText: 'x',
      prompt: 'x',
      output_type: 'deck',
      slides: [{ template_slide_id: 's', slide_data: rest }],
    })),
  ),
  content: fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'binary', minLength: 1 }) },
    { weight: 1, arbitrary: anyJson },
  ),
  questionId: mostly([askedQuestionId], [...badIds, '0123456789abcdef']),
  attachments: fc.oneof(
    fc.array(fc.record({ id: anyText, url: anyText, file_name: anyText, type: anyText }), {
      maxLength: 2,
    }),
    anyJson,
  ),
} as const;

type Field = keyof typeof fields;

/**
 * Mostly right in each field, so that many are right as a whole; now and then with a field that is
 * not known.
 */
const detailOf = (required: readonly Field[], optional: readonly Field[]): fc.Arbitrary<object> =>
  fc
    .tuple(
      fc.record(Object.fromEntries(required.map((field) => [field, fields[field]]))),
      fc.record(Object.fromEntries(optional.map((field) => [field, fields[field]])), {
        requiredKeys: [],
      }),
      fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: anObject }),
    )
    .map(([right, more, stray]) => ({ ...stray, ...more, ...right }));

/** Details of each kind of trigger. */
export const anyDetail: Readonly<Record<TriggerDetailType, fc.Arbitrary<unknown>>> = {
  'Generation Started': fc.oneof(
    anyJson,
    detailOf(
      ['provider', 'generationId'],
      [
        'credential',
        'timeoutMinutes',
        'expectedSeconds',
        'exportAs',
        'progress',
        'folder',
        'tags',
        'refresh',
        'metadata',
      ],
    ),
  ),
  'Generation Requested': fc.oneof(
    anyJson,
    detailOf(
      ['provider', 'requestId', 'request'],
      [
        'credential',
        'timeoutMinutes',
        'expectedSeconds',
        'exportAs',
        'progress',
        'folder',
        'tags',
        'metadata',
      ],
    ),
  ),
  'Generation Reply': fc.oneof(
    anyJson,
    detailOf(['provider', 'generationId', 'content'], ['credential', 'questionId', 'attachments']),
  ),
  'Generation Cancel': fc.oneof(anyJson, detailOf(['provider'], ['generationId', 'requestId'])),
};

const hexadecimal = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789abcdef')),
  minLength: 24,
  maxLength: 60,
});

/** API keys as providers have them, and as they are pasted. */
const anyKey = fc.oneof(
  hexadecimal.map((text) => `sk-gamma-${text}`),
  hexadecimal.map((text) => `sk-live-per-${text}`),
  fc
    .tuple(fc.constantFrom('chr_', 'Bearer ', 'Basic ', 'X-API-Key: ', ' sk-', 'key='), hexadecimal)
    .map(([before, text]) => `${before}${text}`),
);

/** Names that a key of no known beginning may pass for: nobody can tell such a key from a name. */
const names: readonly string[] = ['generationId', 'requestId', 'credential'];

/** A tag may be called or hold what is no key by its beginning. */
const isTag = (key: string): boolean => key.startsWith('key=');

const isName = (key: string): boolean =>
  /^[A-Za-z0-9._-]+$/.test(key) && !/^sk-(?:gamma|live)-/.test(key);

/** A right detail with an API key in place of a field, or in one that it does not have. */
export const withKey = (
  good: object,
): fc.Arbitrary<{ readonly detail: object; readonly key: string }> =>
  fc
    .tuple(
      anyKey,
      fc.constantFrom(
        ...Object.keys(good),
        'provider',
        'generationId',
        'requestId',
        'credential',
        'timeoutMinutes',
        'expectedSeconds',
        'exportAs',
        'progress',
        'folder',
        'tags',
        'refresh',
        'request',
        'content',
        'questionId',
        'attachments',
        'apiKey',
        'key',
      ),
      fc.constantFrom(
        (key: string): unknown => key,
        (key: string) => [key],
        (key: string) => ({ apiKey: key }),
      ),
    )
    .filter(([key, field]) => !(names.includes(field) && isName(key)))
    .filter(([key, field]) => !(field === 'tags' && isTag(key)))
    .map(([key, field, wrap]) => ({ detail: { ...good, [field]: wrap(key) }, key }));
