import { describe, expect, it } from 'vitest';
import { eventSource } from '../../lambdas/contract/results.ts';
import { triggerSchemas, type TriggerDetailType } from '../../lambdas/contract/triggers.ts';
import { providerNames } from '../../lambdas/providers/registry.ts';
import { parseConfiguration } from '../../lib/config/config.ts';
import { parseResultEvent } from '../../lib/events.ts';
import { codeIn, entriesIn, pages, textOf } from './pages.ts';

const isTrigger = (detailType: string | undefined): detailType is TriggerDetailType =>
  detailType !== undefined && Object.hasOwn(triggerSchemas, detailType);

const entries = pages.flatMap((page) => entriesIn(textOf(page)));

/** Lists are entries to send. */
const examples = pages.flatMap((page) =>
  codeIn(page, 'json')
    .map((code) => JSON.parse(code) as Record<string, unknown>)
    .filter((example) => !Array.isArray(example))
    // Policies and lifecycle rules of a user's own; see consume.test.ts.
    .filter((example) => !('Statement' in example || 'Rules' in example))
    .map((example) => ({ page, example })),
);

const isResult = (example: Record<string, unknown>): boolean => 'detail-type' in example;

/** The detail of a trigger alone, as it goes through an address of a user's own. */
const isDetail = (example: Record<string, unknown>): boolean => 'generationId' in example;

describe('the examples of the documentation', () => {
  it('send a trigger of each kind that begins something', () => {
    expect(new Set(entries.map(({ DetailType }) => DetailType))).toEqual(
      new Set(['Generation Started', 'Generation Requested']),
    );
  });

  it('send what they show, and show what they send', () => {
    const shown = pages.flatMap((page) =>
      codeIn(page, 'json').filter((code) => code.startsWith('[')),
    );
    expect(entries).toEqual(shown.flatMap((code) => JSON.parse(code) as object[]));
  });

  it.each(entries)(
    'of $DetailType are taken as they are',
    ({ EventBusName, Source, DetailType, Detail, ...rest }) => {
      expect({ EventBusName, rest }).toEqual({ EventBusName: 'generation-archiver', rest: {} });
      expect(Source).not.toBe(eventSource);
      if (!isTrigger(DetailType)) throw new Error(`no trigger: ${String(DetailType)}`);
      const detail = triggerSchemas[DetailType].parse(JSON.parse(Detail ?? ''));
      expect(providerNames).toContain(detail.provider);
    },
  );

  it.each(examples.filter(({ example }) => isResult(example)))(
    'of results on $page are what the archiver sends, field by field',
    ({ example }) => {
      expect(parseResultEvent(example)).toEqual(example);
    },
  );

  it.each(examples.filter(({ example }) => isDetail(example)))(
    'of details on $page are taken as they are',
    ({ example }) => {
      expect(triggerSchemas['Generation Started'].parse(example)).toMatchObject(example);
    },
  );

  it.each(examples.filter(({ example }) => !isResult(example) && !isDetail(example)))(
    'of configurations on $page are accepted',
    ({ example }) => {
      expect(parseConfiguration(example).archiver.providers).toEqual(example['providers']);
    },
  );

  it('are of both kinds', () => {
    expect(new Set(examples.map(({ example }) => isResult(example)))).toEqual(
      new Set([true, false]),
    );
  });
});
