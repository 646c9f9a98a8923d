import type { Observed } from '../world/observed.ts';

/**
 * A generation that was stored in two folders, though nobody wanted it fetched anew. Where the bucket
 * is in trouble, or loses what was stored, nobody can tell where it lies.
 */
export const wrongPlaces = ({ objects, triggers, witness, faultCase }: Observed): string[] => {
  const manifests = [...objects.keys()].filter((key) => key.endsWith('/manifest.json'));
  const mayDiffer =
    triggers.some(({ trigger }) => trigger.detail['refresh'] === true) ||
    witness.hasSeen('storage trouble') ||
    faultCase.faults.some((fault) => fault.place === 's3' || fault.place === 'time');
  const ids = manifests.map((key) => key.split('/').slice(-3).join('/'));
  const stored = ids.filter((id, index) => ids.indexOf(id) !== index);
  return mayDiffer ? [] : stored.map((id) => `${id} was stored in two folders`);
};
