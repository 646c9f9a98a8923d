import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  parseResultEvent,
  type Artifact,
  type RejectedDetail,
  type ResultEvent,
  type ResultEventOf,
} from '../../lib/events.ts';

const artifact = {
  bucket: 'decks',
  key: 'gamma/g1/presentation.pdf',
  uri: 's3://decks/gamma/g1/presentation.pdf',
  format: 'pdf',
  contentType: 'application/pdf',
  bytes: 3,
  sha256: 'a'.repeat(64),
};

const manifest = {
  bucket: 'decks',
  key: 'gamma/g1/manifest.json',
  uri: 's3://decks/gamma/g1/manifest.json',
};

const detail = {
  version: '1',
  provider: 'gamma',
  generationId: 'g1',
  credential: 'default',
  metadata: {},
  timing: {
    requestedAt: '2026-11-20T10:00:00.000Z',
    endedAt: '2026-11-20T10:01:00.000Z',
    checks: 3,
  },
  execution: 'arn:aws:states:eu-west-1:111122223333:execution:Archiver:gamma-g1',
};

const event = (detailType: string, more: object) => ({
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  source: 'generation-archiver',
  'detail-type': detailType,
  account: '111122223333',
  time: '2026-11-20T10:01:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: { ...detail, ...more },
});

describe('an event that a function received', () => {
  it('comes back with its envelope where it is right', () => {
    const received = event('Generation Archived', { artifacts: [artifact], manifest });
    expect(parseResultEvent(received)).toEqual(received);
  });

  it('loses what this version does not know', () => {
    const received = event('Generation Failed', {
      error: { code: 'GenerationFailed', message: 'no' },
      future: true,
    });
    expect(parseResultEvent(received).detail).not.toHaveProperty('future');
  });

  it.each([
    [
      'another source',
      { ...event('Generation Archived', { artifacts: [], manifest }), source: 'my.app' },
      'not an event of generation-archiver',
    ],
    ['another kind', event('Generation Started', {}), 'not an event of generation-archiver'],
    [
      'no artifacts',
      event('Generation Archived', { manifest }),
      "not a 'Generation Archived' event",
    ],
    ['nothing', undefined, 'not an event of generation-archiver'],
  ])('is refused with %s', (_, received, message) => {
    expect(() => parseResultEvent(received)).toThrow(message);
  });

  it('has the fields that its kind always has, and the compiler knows it', () => {
    expectTypeOf<ResultEventOf<'Generation Archived'>['detail']['artifacts']>().toExtend<
      readonly Artifact[]
    >();
    expectTypeOf<
      Extract<ResultEvent, { 'detail-type': 'Generation Rejected' }>['detail']
    >().toEqualTypeOf<RejectedDetail>();
  });
});
