import { readFileSync } from 'node:fs';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { describe, expect, it } from 'vitest';
import { synthesiseDefinitions } from '../../lib/workflow/definition.ts';
import { arrowsBetween, loopDotOf } from '../../tools/diagram/loop.ts';

const machine = {
  StartAt: 'Check',
  TimeoutSeconds: 60,
  States: {
    Check: { Type: 'Task', Next: 'What next?', Catch: [{ Next: 'Failed' }] },
    'What next?': { Type: 'Choice', Choices: [{ Next: 'Wait' }, { Next: 'Copy' }] },
    Wait: { Type: 'Wait', Next: 'Check' },
    Copy: { Type: 'Task', End: true },
    Failed: { Type: 'Fail' },
  },
} as const;

describe('the picture of the loop', () => {
  it('leads past the states that are left out, and not along errors', () => {
    const definition = structuredClone(machine) as unknown as Parameters<typeof arrowsBetween>[0];
    expect(arrowsBetween(definition, ['Check', 'Wait', 'Copy', 'Failed'])).toEqual([
      { from: 'Check', to: 'Wait' },
      { from: 'Check', to: 'Copy' },
      { from: 'Wait', to: 'Check' },
    ]);
  });

  it('names no state that the machine does not have', () => {
    const definition = structuredClone(machine) as unknown as Parameters<typeof arrowsBetween>[0];
    expect(() => arrowsBetween(definition, ['Chek'])).toThrow('no state "Chek"');
  });

  it('is that of the definitions; after a change, run "npm run diagram"', async () => {
    const dot = loopDotOf(synthesiseDefinitions({ providers: { gamma: {} } }));
    expect((await Graphviz.load()).dot(dot)).toBe(readFileSync('docs/loop.svg', 'utf8'));
  });
});
