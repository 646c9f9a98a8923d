import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventSchemas } from '../../lib/event-schemas.ts';

const folder = new URL('../../docs/events/', import.meta.url);

describe('the event schemas in docs/events', () => {
  it.each(eventSchemas())(
    'of $detailType are what the archiver parses with (else: npm run schemas)',
    ({ fileName, schema }) => {
      expect(JSON.parse(readFileSync(new URL(fileName, folder), 'utf8'))).toEqual(
        JSON.parse(JSON.stringify(schema)),
      );
    },
  );

  it('hold nothing else', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(files.toSorted()).toEqual(
      eventSchemas()
        .map(({ fileName }) => fileName)
        .toSorted(),
    );
  });
});
