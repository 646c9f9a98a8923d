import * as z from 'zod';
import { mayBeApiKey } from '../../contract/api-key.ts';
import { folderSchema } from '../../contract/folder.ts';
import {
  credentialSchema,
  generationIdSchema,
  metadataSchema,
  providerNameSchema,
  requestIdSchema,
} from '../../contract/generation.ts';
import { rejectionError, type RefusedTrigger } from '../../contract/parse-trigger.ts';
import type { RejectedDetail } from '../../contract/results.ts';
import { tagsSchema } from '../../contract/tags.ts';
import type { Envelope } from './trigger-envelope.ts';

/** What of a refused detail may be echoed: each field only where it is valid by itself. */
const echoSchema = z
  .object({
    provider: providerNameSchema
      .refine((name) => !mayBeApiKey(name))
      .optional()
      .catch(undefined),
    generationId: generationIdSchema.optional().catch(undefined),
    requestId: requestIdSchema.optional().catch(undefined),
    credential: credentialSchema.optional().catch(undefined),
    metadata: metadataSchema.optional().catch(undefined),
    folder: folderSchema.optional().catch(undefined),
    tags: tagsSchema.optional().catch(undefined),
  })
  .catch({});

const absentOut = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

/** The detail of `Generation Rejected` for a trigger event that is refused. */
export const rejectionOf = (envelope: Envelope, refused: RefusedTrigger): RejectedDetail => {
  const { id, source, time } = envelope;
  return {
    version: '1',
    ...absentOut(echoSchema.parse(envelope.detail)),
    error: rejectionError(refused),
    trigger: absentOut({ id, source, time }),
  };
};
