import { readFileSync } from 'node:fs';
import type { Contender, Places } from '../contender.ts';
import { startFunctionProcess } from '../function-process.ts';

const { version } = JSON.parse(
  readFileSync(
    new URL('../../../node_modules/@aws-sdk/lib-storage/package.json', import.meta.url),
    'utf8',
  ),
) as { version: string };

/** `Upload` of `@aws-sdk/lib-storage` in a process that stays warm, as ours does. */
export const startLibStorage = async (places: Places): Promise<Contender> => {
  const running = await startFunctionProcess(places, 'lib-storage', 'plain');
  return {
    name: 'lib-storage Upload',
    version,
    keyOf: ({ id }) => `lib-storage/${id}`,
    copy: async ({ id, url, bucket }) =>
      (await running.invoke({ url, bucket, key: `lib-storage/${id}` })).figures,
    stop: async () => running.stop(),
  };
};
