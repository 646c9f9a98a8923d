import type { Claims } from '../lambdas/contract/ports.ts';

/** Claims of one process. */
export const createLocalClaims = (): Claims => {
  const notes = new Map<string, string>();
  return {
    take: async (name, note) => {
      const held = notes.get(name);
      if (held !== undefined) return { kind: 'held', note: held };
      notes.set(name, note);
      return { kind: 'ours' };
    },
    list: async (folder) =>
      [...notes.keys()].flatMap((name) =>
        name.startsWith(`${folder}/`) ? [name.slice(folder.length + 1)] : [],
      ),
  };
};
