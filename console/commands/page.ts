import { exitStatus } from '../../local/command-request.ts';
import { explain } from '../aws/explain.ts';
import { servePage } from '../page/serve.ts';
import { placeOf, type Act, type Target } from './terminal.ts';

/** Serves the page until the user has had enough. */
export const page =
  (port: number, target: Target, environment: NodeJS.ProcessEnv): Act =>
  async ({ backend }, { output, errors, now, stop }) => {
    const place = placeOf(target, environment);
    const served = await servePage(
      { backend, now, explain: (error) => explain(error, place) },
      port,
    );
    output.write(`${served.address}\n`);
    errors.write(
      'Open the address in a browser of this machine; Ctrl-C ends it. The page asks AWS every few seconds while it is looked at.\n',
    );
    await new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
    await served.close();
    return exitStatus.archived;
  };
