import { maxTimeoutMinutes } from '../../lambdas/contract/generation.ts';
import type { StateMachineDefinition } from '../../lib/workflow/definition.ts';
import type { Deployment } from './deployment.ts';
import { openGate } from './provider-model.ts';
import { simulate } from './simulation.ts';

/** AWS Step Functions Developer Guide, Service quotas: events in the history of one execution. */
export const historyQuota = 25_000;

/** Events that a visit to a state writes (Step Functions API Reference, HistoryEvent). */
const eventsOf: Readonly<Record<StateMachineDefinition['States'][string]['Type'], number>> = {
  Wait: 2,
  Choice: 2,
  Pass: 2,
  // One that waits for an answer; others write one less.
  Task: 6,
  Fail: 1,
  Succeed: 2,
};

/** What the longest generation takes of what Step Functions allows. */
export interface WorstHistory {
  /** Events in the history of the generation machine's execution. */
  readonly events: number;
  /** Executions of the checks machine. */
  readonly rounds: number;
  /** Seconds of the longest of them, which may take 300. */
  readonly longestRoundSeconds: number;
}

/**
 * History events of a generation that is never done, with the longest deadline and checks each
 * second at first.
 */
export const worstHistory = async (deployment: Deployment): Promise<WorstHistory> => {
  const settings = Object.fromEntries(
    Object.entries(deployment.settings).map(([name, own]) => [
      name,
      { ...own, checkIntervalSeconds: 1, firstCheckSeconds: 0 },
    ]),
  );
  const job = {
    generationId: 'endless',
    provider: 'gamma',
    credential: 'default',
    startedAt: Date.parse('2026-11-22T00:00:00Z'),
    lengthSeconds: Number.MAX_SAFE_INTEGER,
  };
  let states: readonly string[] = [];
  let rounds: readonly { readonly seconds: number }[] = [];
  await simulate({
    deployment: { ...deployment, settings },
    jobs: [job],
    // The shortest jitter.
    random: () => 0,
    gate: openGate,
    timeoutMinutes: maxTimeoutMinutes,
    onWalked: (walk) => {
      ({ states, rounds } = walk);
    },
  });
  return {
    // Execution started and ended.
    events: states.reduce(
      (sum, name) =>
        sum + (eventsOf[deployment.definitions.generation.States[name]?.Type ?? 'Task'] ?? 0),
      2,
    ),
    rounds: rounds.length,
    longestRoundSeconds: Math.max(...rounds.map(({ seconds }) => seconds)),
  };
};
