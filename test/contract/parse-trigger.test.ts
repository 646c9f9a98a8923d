import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseTrigger } from '../../lambdas/contract/parse-trigger.ts';
import { startedSchema } from '../../lambdas/contract/started.ts';

interface Case {
  name: string;
  detail: unknown;
  fields: string[];
  code?: string;
  says?: string;
}

const invalid = JSON.parse(
  readFileSync(new URL('../fixtures/triggers/invalid.json', import.meta.url), 'utf8'),
) as Case[];
const deployed = ['gamma', 'duomi'];

const problemsOf = (detail: unknown) => {
  const outcome = parseTrigger(startedSchema, detail, deployed);
  if (outcome.ok) throw new Error('the trigger was accepted');
  return outcome;
};

const nested = (depth: number): unknown =>
  JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) as unknown;

/** Metadata whose JSON text has so many bytes, two to a letter. */
const metadata = (bytes: number) => ({ text: 'é'.repeat((bytes - '{"text":""}'.length) / 2) });

/** The fields that are named where these tags are wrong. */
const fieldsOf = (tags: object): string[] =>
  problemsOf({ provider: 'gamma', generationId: 'a', tags }).problems.map(({ field }) => field);

describe('a trigger', () => {
  it.each(invalid)('with $name is refused, naming the field', ({ detail, fields, code, says }) => {
    const outcome = problemsOf(detail);
    expect([...new Set(outcome.problems.map(({ field }) => field))].toSorted()).toEqual(
      fields.toSorted(),
    );
    expect(outcome.code).toBe(code ?? 'InvalidRequest');
    if (says !== undefined)
      expect(outcome.problems.map(({ message }) => message).join('\n')).toContain(says);
  });

  it.each([
    { folder: 'customers/sk-hush1' },
    { timeoutMinutes: 'key=sk-hush1' },
    { exportAs: 'pdf,sk-hush1' },
    { refresh: '"chr_hush1"' },
    { 'sk-gamma-hush1': true },
    { 'GAMMA_API_KEY=sk-hush1': true },
    { tags: { 'sk-live-hush1': 'x' } },
  ])('repeats nothing that may hold an API key: %j', (fields) => {
    const refused = problemsOf({ provider: 'gamma', generationId: 'abc', ...fields });
    expect(refused.problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(refused)).not.toContain('hush');
  });

  it('gets the defaults of what it leaves out', () => {
    expect(
      parseTrigger(startedSchema, { provider: 'gamma', generationId: 'abc' }, deployed),
    ).toEqual({
      ok: true,
      trigger: {
        provider: 'gamma',
        generationId: 'abc',
        credential: 'default',
        refresh: false,
        metadata: {},
      },
    });
  });

  it('keeps everything that it says', () => {
    const trigger = {
      provider: 'duomi',
      generationId: 'gen_A.b-1',
      credential: 'team-b',
      timeoutMinutes: 1440,
      expectedSeconds: 2.5,
      refresh: true,
      metadata: { customer: '42', list: [1, null, { deep: true }] },
    };
    expect(parseTrigger(startedSchema, trigger, deployed)).toEqual({ ok: true, trigger });
  });

  it.each(['customers/42', "O'Neill(1)!/a_b-c.d", 'basic/plan', 'a'.repeat(200), '.a/b.'])(
    'may lie in the folder %s',
    (folder) => {
      const outcome = parseTrigger(
        startedSchema,
        { provider: 'gamma', generationId: 'a', folder },
        deployed,
      );
      expect(outcome).toMatchObject({ ok: true, trigger: { folder } });
    },
  );

  it.each([
    {},
    { customer: '42', empty: '', 'cost centre': 'a+b=c.d_e:f/g@h-i' },
    { Kunde: 'Müller', 顧客: '山田 太郎', Клиент: 'ООО Acme' },
    { plan: 'Basic', note: 'basic plan' },
    Object.fromEntries(
      Array.from({ length: 8 }, (_, at) => [`${at}${'k'.repeat(127)}`, 'v'.repeat(256)]),
    ),
  ])('may have the tags %j', (tags) => {
    const outcome = parseTrigger(
      startedSchema,
      { provider: 'gamma', generationId: 'a', tags },
      deployed,
    );
    expect(outcome).toMatchObject({ ok: true, trigger: { tags } });
  });

  it('names the tag that is wrong, and none whose name is', () => {
    expect(fieldsOf({ good: 'x', deck: 7, more: ' x' })).toEqual(['tags.deck', 'tags.more']);
    expect(fieldsOf({ 'a\nb': 'x', 'sk-gamma-0123456789': 'x' })).toEqual(['tags', 'tags']);
  });

  it('may have ids of 200 characters and no more', () => {
    expect(
      parseTrigger(startedSchema, { provider: 'gamma', generationId: 'a'.repeat(200) }, deployed)
        .ok,
    ).toBe(true);
    expect(
      problemsOf({ provider: 'gamma', generationId: 'a'.repeat(201) }).problems[0]?.message,
    ).toContain('at most 200 characters');
  });

  it('may have metadata of 8 kB as JSON, in bytes, and no more', () => {
    expect(
      parseTrigger(
        startedSchema,
        { provider: 'gamma', generationId: 'a', metadata: metadata(8191) },
        deployed,
      ).ok,
    ).toBe(true);
    expect(
      problemsOf({ provider: 'gamma', generationId: 'a', metadata: metadata(8193) }).problems[0]
        ?.field,
    ).toBe('metadata');
  });

  it('is refused, not crashed on, when its metadata nests 100,000 levels deep', () => {
    expect(
      problemsOf({ provider: 'gamma', generationId: 'a', metadata: nested(100_000) }).problems,
    ).toEqual([{ field: 'metadata', message: 'must not nest deeper than 32 levels' }]);
  });

  it('never quotes what stands in the place of a credential', () => {
    expect(
      JSON.stringify(
        problemsOf({ provider: 'gamma', generationId: 'a', credential: 'sk gamma secret' }),
      ),
    ).not.toContain('secret');
  });

  it('lists at most 50 problems', () => {
    const detail = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`field${index}`, 1]),
    );
    expect(problemsOf(detail).problems).toHaveLength(50);
  });

  it('is not fooled by keys of the prototype', () => {
    const detail: unknown = JSON.parse('{"__proto__":{"provider":"gamma"},"generationId":"a"}');
    expect(problemsOf(detail).problems.map(({ field }) => field)).toEqual([
      'provider',
      '__proto__',
    ]);
  });
});
