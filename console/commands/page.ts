import { once } from 'node:events';
import { exitStatus } from '../../local/command-request.ts';
import type { Act } from './terminal.ts';
import { jsonLine } from './text.ts';

/** Serves the page until the user has had enough. */
export const page =
  ({ port, json }: { readonly port: number; readonly json: boolean }): Act =>
  async ({ backend, explain }, { output, errors, now, stop }) => {
    // Loaded where it is asked for: no other command needs a server.
    const { servePage } = await import('../page/serve.ts');
    const served = await servePage({ backend, now, explain }, port);
    const { address } = served;
    output.write(json ? jsonLine({ address }) : `${address}\n`);
    errors.write(
      'Open the address in a browser of this machine; Ctrl-C ends it. The page asks AWS every few seconds while it is looked at.\n',
    );
    if (!stop.aborted) await once(stop, 'abort');
    await served.close();
    return exitStatus.archived;
  };
