import { describe, expect, it } from 'vitest';
import { freshStartMemory } from '../../../lambdas/contract/start-state.ts';
import { idempotencyKeyOf } from '../../../lambdas/providers/asking/idempotency-key.ts';

const executionOf = (machine: string, name: string, account = '111122223333'): string =>
  `arn:aws:states:eu-west-1:${account}:execution:${machine}:${name}`;

const one = idempotencyKeyOf('order-7', executionOf('Archiver', 'a'), freshStartMemory);

describe('the key by which a provider knows a repeated request', () => {
  it('is the same for every attempt in one deployment', () => {
    const again = { ...freshStartMemory, attempts: 3 };
    expect(idempotencyKeyOf('order-7', executionOf('Archiver', 'b'), again)).toBe(one);
  });

  it.each([
    ['another request', 'order-8', executionOf('Archiver', 'a')],
    ['another deployment', 'order-7', executionOf('Archiver-2', 'a')],
    ['another account', 'order-7', executionOf('Archiver', 'a', '444455556666')],
  ])('is another for %s', (_, requestId, execution) => {
    expect(idempotencyKeyOf(requestId, execution, freshStartMemory)).not.toBe(one);
  });

  it('tells nothing of the account, and can stand in a header', () => {
    expect(one).toMatch(/^generation-archiver-[0-9a-f]{16}-order-7$/);
  });

  it('stays as it was for an execution that began with a version before', () => {
    const { namesDeployment: _, ...memory } = freshStartMemory;
    expect(idempotencyKeyOf('order-7', executionOf('Archiver', 'a'), { ...memory })).toBe(
      'generation-archiver-order-7',
    );
  });
});
