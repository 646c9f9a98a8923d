import * as z from 'zod';
import { metadataSchema } from '../../lambdas/contract/generation.ts';
import type { Outcome } from '../../lambdas/contract/metrics.ts';
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
  timing: z.object({ requestedAt: z.string(), checks: z.int() }).optional().catch(undefined),
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

const endedAs = (
  { seen, ...rest }: Followed,
  outcome: Outcome,
  { generationId, artifacts, manifest, error, timing }: Announced,
  at: number,
): Followed => ({
  ...rest,
  seen: {
    ...seen,
    standing: outcome,
    endedAt: at,
    ...(generationId === undefined ? {} : { generationId }),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(manifest === undefined ? {} : { manifest }),
    ...(error === undefined ? {} : { error }),
    ...(timing === undefined ? {} : { checks: timing.checks }),
  },
});

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

  const add = (named: Omit<Name, 'id'> & Partial<Seen>, trigger: Asked, at: number): number => {
    const execution = `run:${followed.length + 1}`;
    const seen: Seen = { ...named, execution, standing: 'Running', startedAt: at, trigger };
    return followed.push({ seen, told: [] }) - 1;
  };

  const sent = ({ detail }: Trigger, eventId: string, at: number): void => {
    const index = indexOf(detail);
    // A repeat while one is under way does nothing.
    if (followed[index]?.seen.standing === 'Running') return;
    const { provider, credential = 'default', timeoutMinutes = usualMinutes } = detail;
    const named =
      'requestId' in detail
        ? { requestId: detail.requestId }
        : { generationId: detail.generationId };
    const metadata = metadataSchema.catch({}).parse(detail.metadata);
    const deadline = at + timeoutMinutes * 60_000;
    const request = 'request' in detail ? { request: detail.request } : {};
    const exportAs = detail.exportAs === undefined ? {} : { exportAs: [detail.exportAs].flat() };
    add(
      { provider, ...named },
      { credential, metadata, requestedAt: at, deadline, eventId, ...request, ...exportAs },
      at,
    );
  };

  const checked = ({ generation, report, decision }: Checked, at: number): void => {
    const one = followed[indexOf(generation)];
    if (one === undefined) return;
    const { checks } = decision.memory;
    one.progress = { ...checkedText(report), checks };
    const what = one.progress.says;
    const detail = `check ${checks}`;
    if (one.told.at(-1)?.what === what)
      one.told.splice(-1, 1, { at: one.told.at(-1)?.at ?? at, what, detail: `last: ${detail}` });
    else one.told.push({ at, what, detail });
  };

  const rejected = ({ trigger, error }: Announced, at: number): void => {
    const one = followed.find(({ seen }) => seen.trigger?.eventId === trigger?.id);
    if (one !== undefined)
      one.seen = {
        ...one.seen,
        standing: 'NotStarted',
        endedAt: at,
        ...(error === undefined ? {} : { error }),
      };
  };

  const announced = ({ detailType, detail }: LocalEvent, at: number): void => {
    const { data } = announcedSchema.safeParse(detail);
    if (detailType === 'Generation Rejected' && data !== undefined) return rejected(data, at);
    const outcome = outcomeOf(detailType);
    if (data === undefined) return;
    const { provider, generationId, requestId, credential, metadata, timing } = data;
    const requestedAt = timing === undefined ? at : Date.parse(timing.requestedAt);
    const known = indexOf(data);
    const isOpen = followed[known]?.seen.standing === 'Running';
    if (!isOpen && outcome === undefined) return;
    const asked = { credential, metadata, requestedAt, deadline: requestedAt, eventId: '' };
    const named = {
      provider,
      ...(generationId === undefined ? {} : { generationId }),
      ...(requestId === undefined ? {} : { requestId }),
    };
    const index = isOpen ? known : add(named, asked, requestedAt);
    const one = followed[index];
    if (one === undefined) return;
    if (outcome !== undefined) followed[index] = endedAs(one, outcome, data, at);
    else {
      one.told.push({ at, what: detailType.replace('Generation ', '').toLowerCase() });
      if (generationId !== undefined) one.seen = { ...one.seen, generationId };
    }
  };

  return {
    sent,
    checked,
    announced,
    /** Newest first. */
    all: (): readonly Followed[] => followed.toReversed(),
    find: ({ provider, id }: Name): Followed | undefined =>
      followed.findLast(
        ({ seen }) =>
          seen.provider === provider && (seen.generationId === id || seen.requestId === id),
      ),
  };
};
