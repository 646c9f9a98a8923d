import { describe, expect, it } from 'vitest';
import { apiKeyOf } from '../../lambdas/contract/api-key.ts';

describe('the text of a secret', () => {
  it.each([
    ['plain text', 'sk-one', 'sk-one'],
    ['plain text with a line break after it', 'sk-one\n', 'sk-one'],
    ['JSON with apiKey', '{"apiKey":"sk-two","note":"ours"}', 'sk-two'],
    ['nothing', '', undefined],
    ['JSON without apiKey', '{"key":"sk"}', undefined],
    ['broken JSON', '{"apiKey":', undefined],
    ['JSON whose apiKey is no text', '{"apiKey":7}', undefined],
    ['a key that would forge a header', 'sk\r\nX-Evil: 1', undefined],
    ['a key with letters beyond ASCII', 'sk-ключ', undefined],
  ])('that is %s is read', (_, text, key) => {
    expect(apiKeyOf(text)).toBe(key);
  });
});
