import { describe, expect, it } from 'vitest';
import { jsonAnswerOf, readAnswerWithout } from '../../../lambdas/providers/asking/json-answer.ts';

const document = { status: 'completed', exportUrl: 'https://files.example.com/a' };
const text = JSON.stringify(document);
const answerOf = (body: string) => ({ status: 200, headers: {}, text: body });

/** What stands around JSON at some servers, and is none of it. */
const around: readonly [string, string][] = [
  ['a byte-order mark', `\uFEFF${text}`],
  ['two byte-order marks and line ends', `\uFEFF\uFEFF\r\n\r\n${text}\r\n`],
  ["Angular's guard", `)]}',\n${text}`],
  ["Google's guard", `)]}'\n\n${text}`],
  ["Facebook's guard", `for (;;);${text}`],
  ['another loop', `while(1);${text}`],
  ["Dojo's guard", `{}&& ${text}`],
  ['the NULs of a buffer', `${text}\0\0\0`],
];

describe('JSON with something around it', () => {
  it.each(around)('is read without: %s', (_, body) => {
    expect(jsonAnswerOf(answerOf(body))).toEqual({ status: 200, headers: {}, body: document });
  });

  it('is read as what it is where it was made to text twice', () => {
    expect(jsonAnswerOf(answerOf(JSON.stringify(text))).body).toEqual(document);
    expect(jsonAnswerOf(answerOf('"{not json"')).body).toBe('{not json');
  });

  it.each(around)('is read without a key that it repeats: %s', (_, body) => {
    const key = 'sk-gamma-0123456789abcdef';
    const repeated = body.replace('completed', key);
    expect(JSON.stringify(readAnswerWithout(key, answerOf(repeated)))).not.toContain(key);
    expect(readAnswerWithout(key, answerOf(repeated)).body).toBeDefined();
  });

  it.each([
    ['NaN', '{"a":NaN,"b":[NaN , 1]}', { a: null, b: [null, 1] }],
    ['what Python writes for infinity', '{"a":-Infinity,"b":Infinity}', { a: null, b: null }],
    ['a comma behind the last entry', '{"a":[1,2,],"b":3 ,\n}', { a: [1, 2], b: 3 }],
    [
      'the like within texts, which stay',
      '{"a":"NaN,]","b":"\\"NaN,}","c":NaN}',
      {
        a: 'NaN,]',
        b: '"NaN,}',
        c: null,
      },
    ],
    ['a byte-order mark before them', '\uFEFF{"a":NaN}', { a: null }],
  ])('is read though numbers are none, or a comma is too many: %s', (_, body, expected) => {
    expect(jsonAnswerOf(answerOf(body)).body).toEqual(expected);
  });

  it.each(['{"a":"NaN', '{"a":NaN', String.raw`{"a":"\\`, '{"a":nan}', '{"a":1,,}', 'NaN,'])(
    'is still none where it breaks off or is something else: %j',
    (body) => {
      expect(jsonAnswerOf(answerOf(body)).body).toBeUndefined();
    },
  );

  it('is known as none in a time that grows with its length, whatever it holds', () => {
    for (const part of [String.raw`\"`, '"', '\\', ',', ', ', 'NaN'])
      expect(jsonAnswerOf(answerOf(`{"${part.repeat(300_000)}`)).body).toBeUndefined();
  });

  it.each([`callback(${text})`, `data: ${text}\n\n`, `${text}${text}`, ")]}'", '', '\0'])(
    'is no JSON beyond that: %j',
    (body) => {
      expect(jsonAnswerOf(answerOf(body))).toMatchObject({
        body: undefined,
        page: expect.any(String) as string,
      });
    },
  );
});
