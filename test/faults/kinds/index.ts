import { apiKinds } from './api.ts';
import { awsKinds, timedKinds } from './aws.ts';
import { downloadKinds } from './download.ts';
import type { Kind } from './kind.ts';
import { triggerKinds } from './triggers.ts';

/** Every kind of fault but those of trigger events. */
export const faultKinds: readonly Kind[] = [...apiKinds, ...downloadKinds, ...awsKinds, ...timedKinds];

/** Kinds that belong to the generation itself: its links, its files and where they lie. */
export const linkKinds = [
  'links that expire at once',
  'links that expire within the file',
  'a wrong length of the file',
  'a slow file host',
] as const;

/** The name of every kind. */
export const kindNames: readonly string[] = [
  ...faultKinds.map(({ kind }) => kind),
  ...triggerKinds.map(({ kind }) => kind),
  ...linkKinds,
];

export { triggerKinds } from './triggers.ts';
