import { createRequire } from 'node:module';
import { z } from 'zod';

/** Version of this package: of what is deployed, or of what looks at it. */
export const packageVersion: string = z
  .object({ version: z.string() })
  .parse(createRequire(import.meta.url)('generation-archiver/package.json')).version;
