import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionListItem } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { simulatedProviders, type SimulatedProvider } from '../../../local/simulator/index.ts';
import { exportOf } from '../harness/decks.ts';
import { reportsFolder } from '../harness/folders.ts';
import { executionsOf, listKeys } from '../harness/observe.ts';
import type { World } from '../harness/world.ts';

const generationCount = 300;

/** Longest time for all of them, in seconds: one function is one process here, on two cores. */
const loadSeconds = 240;

/**
 * Seconds from the events until their executions began, slowest twentieth left out: with ten
 * concurrent functions for everything, intake waits for its turn.
 */
const secondsToExecution = (
  executions: readonly ExecutionListItem[],
  startedAt: number,
): number => {
  const all = executions
    .map(({ startDate }) => ((startDate?.getTime() ?? Number.NaN) - startedAt) / 1000)
    .toSorted((one, other) => one - other);
  return all[Math.floor(all.length * 0.95)] ?? Number.NaN;
};

/** Chronicle's key takes 20 requests a minute, which are kept: ten generations are for it. */
const providerOf = (index: number): SimulatedProvider => {
  if (index % 30 === 0) return 'chronicle';
  const others = simulatedProviders.filter((provider) => provider !== 'chronicle');
  return others[index % others.length] ?? 'gamma';
};

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;

/** Many at once. */
export const load = (world: () => World): void => {
  describe('bears load', () => {
    it(
      `archives ${generationCount} generations at once over all providers, with ten concurrent functions, none twice`,
      { timeout: (loadSeconds + 30) * 1000 },
      async () => {
        const { results, simulator, aws, stateMachineArn, bucket } = world();
        const startedAt = Date.now();
        const generations = await Promise.all(
          Array.from({ length: generationCount }, (_, index) => {
            const provider = providerOf(index);
            const script = [
              { says: 'working', seconds: 2 + (index % 5) },
              { says: 'completed' },
            ] as const;
            return world().generate({
              provider,
              generationId: `load-${String(index).padStart(3, '0')}`,
              script,
              files: exportOf(provider),
            });
          }),
        );
        const events = () =>
          results.all.filter(
            ({ detail }) =>
              'generationId' in detail && detail.generationId?.startsWith('load-') === true,
          );
        await results.until(
          () => events().length >= generationCount,
          `${generationCount} results`,
          loadSeconds,
        );
        const seconds = (Date.now() - startedAt) / 1000;

        const archived = events().filter((event) => event['detail-type'] === 'Generation Archived');
        const archivedTwice = generations.filter(
          ({ generationId }) => results.about(generationId).length > 1,
        ).length;
        const begun = (await executionsOf(aws, stateMachineArn)).filter(
          ({ name }) => name?.includes('-load-') === true,
        );
        const executions = begun.length;
        const downloadedAgain = generations.filter(
          ({ generationId, files }) =>
            simulator.requestsFor(generationId, 'download').length !== files.length,
        ).length;
        const stored = new Set(await listKeys(aws, bucket));
        const withManifest = generations.filter(({ provider, generationId }) =>
          stored.has(`${provider}/${generationId}/manifest.json`),
        ).length;
        const statusRequests = generations.map(
          ({ generationId }) => simulator.requestsFor(generationId, 'status').length,
        );

        const figures = {
          generations: generationCount,
          seconds,
          archivedPerSecond: archived.length / seconds,
          executions,
          secondsToExecution: secondsToExecution(begun, startedAt),
          statusRequestsPerGeneration: {
            median: median(statusRequests),
            most: Math.max(...statusRequests),
          },
          targets: [
            {
              name: 'generations archived',
              target: generationCount,
              measured: archived.length,
              met: archived.length === generationCount,
            },
            {
              name: 'generations archived twice',
              target: 0,
              measured: archivedTwice,
              met: archivedTwice === 0,
            },
            {
              name: 'generations whose files were not downloaded once each',
              target: 0,
              measured: downloadedAgain,
              met: downloadedAgain === 0,
            },
          ],
        };
        writeFileSync(
          join(reportsFolder, 'load.json'),
          `${JSON.stringify(figures, undefined, 2)}\n`,
        );
        console.table(figures.targets);

        expect({ archived: archived.length, archivedTwice, executions, withManifest }).toEqual({
          archived: generationCount,
          archivedTwice: 0,
          executions: generationCount,
          withManifest: generationCount,
        });
        expect(downloadedAgain).toBe(0);
      },
    );
  });
};
