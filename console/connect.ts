import { createAwsBackend } from './aws/backend.ts';
import { createClients } from './aws/clients.ts';
import { explain } from './aws/explain.ts';
import { findStack } from './aws/stack.ts';
import type { Connect } from './commands/terminal.ts';

/**
 * Finds a deployed archiver with the caller's own credentials.
 *
 * @param version of this package
 */
export const connectTo =
  (version: string, nodeVersion: string, now: () => number): Connect =>
  async ({ stack, region, profile }) => {
    const clients = createClients({ region, profile });
    const deployed = await findStack(clients, stack);
    return {
      backend: createAwsBackend(clients, deployed, now),
      explain: (error) => explain(error, deployed),
      // Loaded where it is asked for: its HTTP client is as large as all the rest.
      async *doctor() {
        const { examine } = await import('./doctor/doctor.ts');
        yield* examine({ clients, deployed, version, nodeVersion });
      },
    };
  };
