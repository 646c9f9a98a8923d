import { describe, expect, it } from 'vitest';
import { generateCase } from './generate.ts';
import { shrink } from './shrink.ts';

const many = Array.from({ length: 60 }, (_, index) => generateCase('shrink', index));

describe('a failing case', () => {
  it('shrinks to the one fault that it takes', async () => {
    const large = many.find(({ faults, files }) => faults.length >= 4 && files.length >= 2);
    if (large === undefined) throw new Error('no case of these is large enough');
    const culprit = large.faults[2]?.kind;
    const smallest = await shrink(large, async ({ faults }) =>
      faults.some(({ kind }) => kind === culprit),
    );
    expect(smallest.faults.map(({ kind, times }) => ({ kind, times }))).toEqual([
      { kind: culprit, times: 1 },
    ]);
    expect(smallest.script).toHaveLength(1);
    expect(smallest.files).toHaveLength(1);
    expect(smallest.triggers).toHaveLength(1);
  });

  it('stays as it is where every part is needed', async () => {
    const [one] = many;
    if (one === undefined) throw new Error('no case');
    expect(await shrink(one, async () => false)).toBe(one);
  });

  it('is generated again from its seed', () => {
    expect(generateCase('shrink', 7)).toEqual(many[7]);
    expect(generateCase('another', 7)).not.toEqual(many[7]);
  });
});
