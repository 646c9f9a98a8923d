import type { Generation } from '../../lambdas/contract/generation.ts';
import { freshMemory, type PollMemory } from '../../lambdas/contract/state.ts';
import { decide } from '../../lambdas/polling/policy.ts';
import { progressNews } from '../../lambdas/polling/progress.ts';
import type { Provider } from '../../lambdas/providers/provider.ts';
import { providers } from '../../lambdas/providers/registry.ts';
import { runPrices } from '../../lib/monitoring/prices.ts';
import { nominalSeconds, progressOf } from '../detection/jobs.ts';
import {
  answerSeconds,
  checkMegabytes,
  invocationPrice,
  warmSeconds,
} from '../detection/prices.ts';
import { statusAfter } from '../detection/provider-model.ts';

/** Amazon EventBridge Pricing, custom events, us-east-1, read on 2026-11-26: each, up to 64 kB. */
const eventPrice = 0.000001;

/**
 * Seconds that the two requests of an announcement take in the checks machine: assumed. Its states cost
 * nothing there.
 */
const announcingSeconds = 0.2;

/** The smallest memory that an Express execution is charged by, in gigabytes. */
const expressGigabytes = 64 / 1024;

/** What one `Generation Progress` costs, in dollars. */
export const progressPrice =
  eventPrice + announcingSeconds * expressGigabytes * runPrices.expressGigabyteSecond;

const start = Date.parse('2026-11-26T10:00:00.000Z');

/** What following a generation took. */
interface Following {
  readonly checks: number;
  readonly announcements: number;
}

/**
 * Follows a generation that takes so long: the policy itself, asked until the provider says
 * "completed".
 */
const followed = (
  { name, defaults, pace }: Pick<Provider, 'name' | 'defaults' | 'pace'>,
  lengthSeconds: number,
  wantsProgress: boolean,
): Following => {
  const generation: Generation = {
    provider: name,
    generationId: 'gen-1',
    credential: 'default',
    refresh: false,
    metadata: {},
    ...(wantsProgress ? { progress: true } : {}),
    requestedAt: new Date(start).toISOString(),
    deadline: new Date(start + 86_400_000).toISOString(),
    eventId: 'event-1',
  };
  let memory: PollMemory = freshMemory;
  let now = start;
  for (let announcements = 0; ;) {
    const status = statusAfter((now - start) / 1000 / lengthSeconds, progressOf[name]);
    const report = { status };
    const decision = decide({
      report,
      memory,
      generation,
      settings: defaults,
      pace,
      now,
      random: 0.5,
    });
    ({ memory } = decision);
    if (decision.next !== 'wait') return { checks: memory.checks, announcements };
    const news = wantsProgress ? progressNews({ generation, status, memory, now }) : undefined;
    if (news !== undefined) {
      announcements += 1;
      ({ memory } = news);
    }
    now += Math.max(1, Math.ceil(decision.seconds)) * 1000;
  }
};

/** What progress adds to a generation that takes so long. */
export const addedBy = (
  provider: Pick<Provider, 'name' | 'defaults' | 'pace'>,
  lengthSeconds: number,
): Following => {
  const { checks, announcements } = followed(provider, lengthSeconds, true);
  const usual = followed(provider, lengthSeconds, false).checks;
  return { checks: Math.max(0, checks - usual), announcements };
};

/** A check of the bench: 128 MB on Arm. */
const checkPrice = invocationPrice(answerSeconds + warmSeconds, checkMegabytes);

/** Events and further checks of one generation, and dollars for 1,000, by provider and length. */
export const progressRows = (): readonly (readonly string[])[] => [
  ['provider', ...nominalSeconds.map((seconds) => `${Math.round(seconds / 60)} min`)],
  ...providers.map((provider) => [
    provider.name,
    ...nominalSeconds.map((seconds) => {
      const { announcements, checks } = addedBy(provider, seconds);
      const dollars = 1000 * (announcements * progressPrice + checks * checkPrice);
      return `${announcements} + ${checks}: $${dollars.toFixed(3)}`;
    }),
  ]),
];
