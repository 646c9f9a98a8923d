import { createHash } from 'node:crypto';
import { canonicalId } from './canonical-id.ts';
import type { Generation } from './generation.ts';

/** Folders of claims: who may take which is a permission of its own. */
export const claimKinds = ['accepted', 'replies', 'ends'] as const;

/** See {@link claimKinds}. */
export type ClaimKind = (typeof claimKinds)[number];

/** Folder of the requests that led to a generation: their executions follow it. */
export const acceptedFolder = ({
  provider,
  generationId,
}: Pick<Generation, 'provider' | 'generationId'>): string =>
  `accepted/${provider}/${canonicalId(generationId)}`;

/** Says that the execution of a request follows a generation. */
export const acceptedClaim = (
  generation: Pick<Generation, 'provider' | 'generationId'>,
  requestId: string,
): string => `${acceptedFolder(generation)}/${requestId}`;

/** Says that a reply is being sent, or was. An event's id may hold anything. */
export const replyClaim = (provider: string, eventId: string): string =>
  `replies/${provider}/${createHash('sha256').update(eventId).digest('hex')}`;

/** Folder of what is known of the announcement of an execution's end. */
export const endFolder = (executionName: string): string => `ends/${executionName}`;

/**
 * `told`: the function that was told of the end sees to it; `trying`: a search is about to announce it, and can
 * write; `found`: a search has announced it.
 */
export const endClaim = (executionName: string, by: 'told' | 'trying' | 'found'): string =>
  `${endFolder(executionName)}/${by}`;
