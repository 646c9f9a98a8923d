import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gamma } from '../../../lambdas/providers/gamma/gamma.ts';

interface Case {
  name: string;
  status: number;
  body: unknown;
  kind: string;
  isFinal: boolean;
  says?: string;
}

const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/gamma-exports/statuses.json', import.meta.url), 'utf8'),
) as Case[];
const { links, exporting } = gamma;

describe('an export of Gamma', () => {
  it('is asked for by the id of the deck', () => {
    expect(
      exporting?.request({
        baseUrl: 'https://gamma.test',
        apiKey: 'sk-1',
        deckId: 'g_5/k2',
        format: 'png',
      }),
    ).toEqual({
      url: 'https://gamma.test/v1.0/gammas/g_5%2Fk2/export',
      headers: { 'X-API-KEY': 'sk-1' },
      post: { exportAs: 'png' },
    });
  });

  it('is asked about by its own id', () => {
    expect(
      links?.request({ baseUrl: 'https://gamma.test', apiKey: 'sk-1', linkId: 'ex_41' }),
    ).toEqual({
      url: 'https://gamma.test/v1.0/exports/ex_41',
      headers: { 'X-API-KEY': 'sk-1' },
    });
  });

  it.each([
    [{ exportId: 'ex_41' }, 'ex_41'],
    [{ exportId: '../x' }, undefined],
    [{ exportId: '..' }, undefined],
    [{ exportId: 7 }, '7'],
    [{ exportId: 7.5 }, undefined],
    [undefined, undefined],
  ])('has the id that %j tells', (body, id) => {
    expect(exporting?.readStarted(body)).toBe(id);
  });

  it.each(cases)('stands so: $name', ({ status, body, kind, isFinal, says }) => {
    const read = links?.read({ status, headers: {}, body });
    expect(read?.kind).toBe(kind);
    expect(read?.kind === 'noLink' && read.isFinal === true).toBe(isFinal);
    if (says !== undefined) expect(read).toMatchObject({ message: says });
    if (kind !== 'link') expect(JSON.stringify(read)).not.toContain('assets.example.com');
  });
});
