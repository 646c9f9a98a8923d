import { describe, expect, it } from 'vitest';
import { freshMemory } from '../../lambdas/contract/state.ts';
import type { GenerationStatus } from '../../lambdas/polling/status.ts';
import { firstTroubleIn } from '../../local/first-trouble.ts';

const generation = {
  provider: 'gamma',
  generationId: 'abc',
  credential: 'default',
  refresh: false,
  metadata: {},
  requestedAt: '2026-11-22T10:00:00Z',
  deadline: '2026-11-22T11:00:00Z',
  eventId: 'event-1',
};

const told = (status: GenerationStatus, checks: number): string | undefined =>
  firstTroubleIn({
    generation,
    report: { status },
    decision: { next: 'wait', seconds: 1, memory: { ...freshMemory, checks } },
  });

const unknownId: GenerationStatus = { kind: 'notFound', message: 'Gamma answered 404' };
const wrongKey: GenerationStatus = { kind: 'refused', code: 'Unauthorized', message: 'no key' };

describe('what is told of the first look', () => {
  it.each([
    [unknownId, 'Gamma abc: Gamma answered 404; it is asked again, as this may pass.'],
    [wrongKey, 'Gamma abc: no key; it is asked again, as this may pass.'],
  ])('is what is wrong with the id or the key: $0.kind', (status, text) => {
    expect(told(status, 1)).toBe(text);
    expect(told(status, 2)).toBeUndefined();
  });

  it('is nothing where nothing is wrong', () => {
    expect(told({ kind: 'pending', said: 'pending' }, 1)).toBeUndefined();
  });
});
