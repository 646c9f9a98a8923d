import type { JsonObject } from '../../../lambdas/contract/json.ts';
import { confidentialWord, startOfCase, type CaseTrigger } from '../fault-case.ts';
import type { TriggerKind } from './kind.ts';

const day = 86_400;

/** Wrong in one way each; what is confidential in them must not be told back. */
const wrongDetails: readonly JsonObject[] = [
  { request: confidentialWord },
  { request: [confidentialWord] },
  {
    request: {
      inputText: [confidentialWord],
      prompt: { text: confidentialWord },
      slides: confidentialWord,
    },
  },
  { request: {} },
  { requestId: `../${'x'.repeat(20)}` },
  { requestId: '' },
  { generationId: 'gen-1' },
  { provider: 'slidespeak' },
  { credential: `key of ${confidentialWord}` },
];

/** What happens to requests beyond what happens to every trigger. */
export const requestTriggerKinds: readonly TriggerKind[] = [
  {
    kind: 'a request under a name that is taken',
    make: (first, dice) => {
      const at = first.at + dice.pick([0, 1, 60, 900, 7200]);
      const request = {
        ...(first.detail['request'] as JsonObject),
        title: `Another one about ${confidentialWord}`,
      };
      return [
        first,
        {
          ...first,
          kind: 'a request under a name that is taken',
          id: `${first.id}-other`,
          at,
          detail: { ...first.detail, request },
        },
      ];
    },
  },
  {
    kind: 'the id of an acceptance is sent',
    make: (first, dice) => {
      const { provider, exportAs } = first.detail;
      const wanted = exportAs === undefined ? {} : { exportAs };
      const events = Array.from({ length: dice.between(1, 2) }, (_, index): CaseTrigger => ({
        kind: 'the id of an acceptance is sent',
        at: first.at,
        answers: 'acceptance',
        id: `${first.id}-accepted-${index}`,
        detail: { provider, ...wanted },
      }));
      return [first, ...events];
    },
  },
  {
    kind: 'a request that comes too late',
    make: (first, dice) => {
      const seconds = dice.pick([59, 60, 61, 3600, day]);
      const time = new Date(startOfCase + (first.at - seconds) * 1000).toISOString();
      return [
        {
          ...first,
          kind: 'a request that comes too late',
          time,
          detail: { ...first.detail, timeoutMinutes: 1 },
        },
      ];
    },
  },
  {
    kind: 'a request that is not valid',
    make: (first, dice) => {
      const detail = { ...first.detail, ...dice.pick(wrongDetails) };
      return [
        first,
        { ...first, kind: 'a request that is not valid', id: `${first.id}-wrong`, detail },
      ];
    },
  },
];
