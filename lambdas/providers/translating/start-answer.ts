import type * as z from 'zod';
import type { GenerationDetails } from '../../contract/results.ts';
import { parseBody } from './body-forms.ts';

/** A generation that a create request has started. */
export interface StartedGeneration {
  readonly generationId: string;
  readonly details: GenerationDetails;
}

/** Reads the body of a 2xx answer to a create request; a text says what is not understood. */
export type ReadStarted = (body: unknown) => StartedGeneration | string;

/**
 * Understands the acceptance of a create request. Only the id is used: a link to poll that comes
 * with it is not followed.
 *
 * @param schema holds the id
 */
export const startedReader =
  <Body>(schema: z.ZodType<Body>, read: (body: Body) => StartedGeneration): ReadStarted =>
  (body) => {
    const parsed = parseBody(schema, body);
    if (parsed.success) return read(parsed.data);
    const field = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    return field === '' ? 'the body' : `field "${field}"`;
  };
