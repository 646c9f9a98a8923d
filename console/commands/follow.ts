import { exitStatus } from '../../local/command-request.ts';
import { createDisplay } from '../../local/display.ts';
import type { Display } from '../../local/display.ts';
import { isSaved } from '../../local/progress.ts';
import type { Wanted } from '../../local/progress.ts';
import { acrossBorder } from '../../local/read-json.ts';
import { plain } from '../../local/terminal-text.ts';
import type { Backend, Name, Seen } from '../backend.ts';
import { detailTypeOf } from '../executions/standing.ts';
import type { Terminal } from './terminal.ts';

/** Milliseconds between two looks: a request each for every generation. */
const lookEvery = 2000;

/** Milliseconds until a trigger that nothing began for counts as lost: far beyond what AWS takes. */
const patience = 120_000;

/** Looks between two questions to the logs, which lag behind anyway. */
const looksPerProgress = 2;

/** A trigger that was sent, and whose generation is followed. */
export interface Following {
  readonly wanted: Wanted;
  readonly eventId: string;
}

/** What names a generation that is followed. */
export const nameOf = (wanted: Wanted): Name => ({
  provider: wanted.provider,
  id: 'requestId' in wanted ? wanted.requestId : wanted.generationId,
});

/** The result event, as far as the execution tells it. */
const eventOf = (seen: Seen) => {
  const { standing, provider, generationId, requestId, artifacts, manifest, error } = seen;
  const outcome = standing === 'Running' || standing === 'Ended' ? 'NotArchived' : standing;
  const { execution, checks = 0 } = seen;
  const named = { provider, generationId, requestId, execution };
  return {
    detailType: detailTypeOf(outcome),
    detail: acrossBorder({ ...named, artifacts, manifest, error, timing: { checks } }),
  };
};

/**
 * Whether an execution is the one that follows the generation, and not one that ended before the
 * trigger came. A trigger for what is under way begins nothing: its end is that of the earlier one.
 *
 * @param running executions that were seen under way
 */
const isOurs = (
  seen: Seen | undefined,
  { eventId }: Following,
  running: ReadonlySet<string>,
): seen is Seen =>
  seen !== undefined &&
  (seen.standing === 'Running' || seen.trigger?.eventId === eventId || running.has(seen.execution));

type Look = Pick<Backend, 'find' | 'progress' | 'refusal'>;

const showProgress = async (
  backend: Look,
  running: readonly { readonly seen: Seen; readonly about: Wanted }[],
  display: Display,
  at: number,
): Promise<void> => {
  const said = await backend.progress(running.map(({ seen }) => seen));
  for (const { seen, about } of running) {
    const progress = said.get(seen.execution);
    if (progress !== undefined) display.show({ kind: 'said', at, about, ...progress });
  }
};

/**
 * Follows generations to their end, with the display of the embedded run.
 *
 * @returns the exit status
 */
export const follow = async (
  backend: Look,
  sent: readonly Following[],
  json: boolean,
  { output, errors, now, sleep, stop }: Terminal,
): Promise<number> => {
  const display = createDisplay({ output, json, now });
  const generations = sent.map(({ wanted, eventId }) => ({ ...wanted, eventId }));
  display.show({ kind: 'started', at: now(), generations });
  const begun = now();
  const underWay = new Set<string>();
  let open = [...sent];
  let lost = false;
  try {
    for (let look = 0; open.length > 0; look += 1) {
      if (stop.aborted) return exitStatus.interrupted;
      const running: { seen: Seen; about: Wanted }[] = [];
      const still: Following[] = [];
      for (const one of open) {
        const seen = await backend.find(nameOf(one.wanted));
        if (isOurs(seen, one, underWay)) {
          if (seen.standing === 'Running') {
            underWay.add(seen.execution);
            running.push({ seen, about: one.wanted });
            still.push(one);
          } else display.show({ kind: 'announced', at: now(), event: eventOf(seen) });
          continue;
        }
        const refused =
          look % looksPerProgress === 1 ? await backend.refusal(one.eventId) : undefined;
        const { provider, id } = nameOf(one.wanted);
        if (refused !== undefined || now() - begun > patience) {
          lost = true;
          const why =
            refused === undefined
              ? 'nothing has begun for it: look at the dead letters, and at the bus that it was sent to'
              : `the archiver refused it, because of ${refused.join(', ') || 'the event itself'}`;
          errors.write(`${plain(`${provider}/${id}: ${why}`)}\n`);
        } else still.push(one);
      }
      open = still;
      if (running.length > 0 && look % looksPerProgress === 0)
        await showProgress(backend, running, display, now());
      if (open.length > 0) await sleep(lookEvery);
    }
  } finally {
    display.end();
  }
  return !lost && [...display.rows().values()].every(isSaved)
    ? exitStatus.archived
    : exitStatus.notArchived;
};
