import * as z from 'zod';
import { metadataSchema } from '../../lambdas/contract/generation.ts';
import {
  artifactSchema,
  objectLocationSchema,
  problemSchema,
} from '../../lambdas/contract/results.ts';
import type { Checked } from '../../lambdas/handlers/check-status.ts';
import type { LocalEvent } from '../../local/event-bus.ts';
import { checkedText } from '../../local/progress.ts';
import type { Trigger } from '../../local/triggers.ts';
import type { Asked, Name, Progress, Seen, StoryLine } from '../backend.ts';
import type { TriggerDetail } from '../check-trigger.ts';
import { timeSchema } from '../executions/read-execution.ts';
import { outcomeOf } from '../executions/standing.ts';

/** What is read of an event. */
const announcedSchema = z.object({
  provider: z.string(),
  generationId: z.string().optional(),
  requestId: z.string().optional(),
  credential: z.string().catch('default'),
  metadata: metadataSchema.catch({}),
  artifacts: z.array(artifactSchema).optional().catch(undefined),
  manifest: objectLocationSchema.optional().catch(undefined),
  error: problemSchema.optional().catch(undefined),
  timing: z.object({ requestedAt: timeSchema, checks: z.int() }).optional().catch(undefined),
  trigger: z.object({ id: z.string().optional() }).optional().catch(undefined),
});

type Announced = z.infer<typeof announcedSchema>;

/** Minutes that the page supposes where a trigger names no time-out. */
const usualMinutes = 60;

/** A generation, and what was told of it. */
export interface Followed {
  seen: Seen;
  progress?: Progress;
  readonly told: StoryLine[];
}

/** What names a generation in whatever tells of it. */
type About = {
  readonly [Field in 'provider' | 'generationId' | 'requestId']?: string | undefined;
};

/** Keeps what the embedded run tells of its generations, oldest first. */
export const createFollowed = () => {
  const followed: Followed[] = [];

  const indexOf = ({ provider, generationId, requestId }: About): number =>
    followed.findLastIndex(
      ({ seen }) =>
        seen.provider === provider &&
        ((requestId !== undefined && seen.requestId === requestId) ||
          (generationId !== undefined && seen.generationId === generationId)),
    );

  const add = (
    named: About & Pick<Seen, 'provider'>,
    trigger: Asked,
    startedAt: number,
  ): number => {
    const execution = `run:${followed.length + 1}`;
    const seen: Seen = { ...named, execution, standing: 'Running', startedAt, trigger };
    return followed.push({ seen, told: [] }) - 1;
  };

  const sent = ({ detail }: Trigger, eventId: string, at: number): void => {
    // A repeat while one is under way does nothing.
    if (followed[indexOf(detail)]?.seen.standing === 'Running') return;
    const { provider, credential = 'default', timeoutMinutes = usualMinutes } = detail;
    const { generationId, requestId, request }: TriggerDetail = detail;
    const asked = {
      credential,
      metadata: metadataSchema.catch({}).parse(detail.metadata),
      requestedAt: at,
      deadline: at + timeoutMinutes * 60_000,
      eventId,
      request,
      exportAs: detail.exportAs === undefined ? undefined : [detail.exportAs].flat(),
    };
    add({ provider, generationId, requestId }, asked, at);
  };

  const checked = ({ generation, report, decision }: Checked, at: number): void => {
    const one = followed[indexOf(generation)];
    if (one === undefined) return;
    const { checks } = decision.memory;
    one.progress = { ...checkedText(report), checks };
    const what = one.progress.says;
    const detail = `check ${checks}`;
    const last = one.told.at(-1);
    if (last?.what === what)
      one.told.splice(-1, 1, { at: last.at, what, detail: `last: ${detail}` });
    else one.told.push({ at, what, detail });
  };

  const rejected = ({ trigger, error }: Announced, endedAt: number): void => {
    const one = followed.find(({ seen }) => seen.trigger?.eventId === trigger?.id);
    if (one !== undefined) one.seen = { ...one.seen, standing: 'NotStarted', endedAt, error };
  };

  const announced = ({ detailType, detail }: LocalEvent, at: number): void => {
    const { data } = announcedSchema.safeParse(detail);
    if (data === undefined) return;
    if (detailType === 'Generation Rejected') return rejected(data, at);
    const standing = outcomeOf(detailType);
    const { provider, generationId, requestId, credential, metadata, timing } = data;
    const { artifacts, manifest, error } = data;
    const known = indexOf(data);
    const isOpen = followed[known]?.seen.standing === 'Running';
    if (!isOpen && standing === undefined) return;
    const requestedAt = timing?.requestedAt ?? at;
    const asked = { credential, metadata, requestedAt, deadline: requestedAt, eventId: '' };
    const named = { provider, generationId, requestId };
    const one = followed[isOpen ? known : add(named, asked, requestedAt)];
    if (one === undefined) return;
    one.seen = { ...one.seen, generationId: generationId ?? one.seen.generationId };
    if (standing === undefined)
      one.told.push({ at, what: detailType.replace('Generation ', '').toLowerCase() });
    else {
      const checks = timing?.checks;
      one.seen = { ...one.seen, standing, endedAt: at, artifacts, manifest, error, checks };
    }
  };

  return {
    sent,
    checked,
    announced,
    /** Newest first. */
    all: (): readonly Followed[] => followed.toReversed(),
    find: ({ provider, id }: Name): Followed | undefined =>
      followed[indexOf({ provider, generationId: id, requestId: id })],
  };
};
