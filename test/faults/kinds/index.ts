import { apiKinds } from './api.ts';
import {
  awsKinds,
  exportFunctionKinds,
  replyFunctionKinds,
  startFunctionKinds,
  stoppingKinds,
  timedKinds,
} from './aws.ts';
import { cancelTriggerKinds } from './cancels.ts';
import { checksMachineKinds } from './checks-machine.ts';
import { downloadKinds } from './download.ts';
import type { Kind, TriggerKind } from './kind.ts';
import { heartbeatKinds, placeKinds } from './places.ts';
import { createKinds, exportKinds, messageKinds } from './posts.ts';
import { replyTriggerKinds } from './replies.ts';
import { requestTriggerKinds } from './requested.ts';
import { anyTriggerKinds } from './triggers.ts';

/**
 * What a case must be about for a kind to strike: any generation, one that is requested, one with
 * questions, one that is exported late.
 */
export type Shape = 'any' | 'requested' | 'asked' | 'exported' | 'cancelled';

const faultsOf: Readonly<Record<Shape, readonly Kind[]>> = {
  any: [
    ...apiKinds,
    ...downloadKinds,
    ...awsKinds,
    ...checksMachineKinds,
    ...timedKinds,
    ...heartbeatKinds,
  ],
  requested: [...createKinds, ...startFunctionKinds],
  asked: [...messageKinds, ...replyFunctionKinds],
  exported: [...exportKinds, ...exportFunctionKinds],
  cancelled: stoppingKinds,
};

const triggersOf: Readonly<Record<Shape, readonly TriggerKind[]>> = {
  any: [...anyTriggerKinds, ...placeKinds],
  requested: requestTriggerKinds,
  asked: replyTriggerKinds,
  exported: [],
  cancelled: cancelTriggerKinds,
};

/** Every kind of fault but those of trigger events. */
export const faultKinds: readonly Kind[] = Object.values(faultsOf).flat();

/** Every kind of trouble with trigger events. */
export const triggerKinds: readonly TriggerKind[] = Object.values(triggersOf).flat();

/** Kinds that belong to the generation itself: its links, its files and where they lie. */
export const linkKinds = [
  'links that expire at once',
  'links that expire within the file',
  'a wrong length of the file',
  'a slow file host',
  'a proxy that compresses every answer',
  'a PDF with something before it',
  'a file that is late behind its link',
  'a file that is too late behind its link',
  'something that wraps every answer',
] as const;

const shapes = new Map(
  (Object.keys(faultsOf) as Shape[]).flatMap((shape) =>
    [...faultsOf[shape], ...triggersOf[shape]].map(({ kind }) => [kind, shape] as const),
  ),
);

/** What a case must be about for this kind to strike. */
export const shapeOf = (kind: string): Shape => shapes.get(kind) ?? 'any';

/** The name of every kind. */
export const kindNames: readonly string[] = [
  ...faultKinds.map(({ kind }) => kind),
  ...triggerKinds.map(({ kind }) => kind),
  ...linkKinds,
];
