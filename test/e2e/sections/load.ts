import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { simulatedProviders } from '../../../local/simulator/index.ts';
import { exportOf } from '../harness/decks.ts';
import { reportsFolder } from '../harness/folders.ts';
import { executionsOf, listKeys } from '../harness/observe.ts';
import type { World } from '../harness/world.ts';

const generationCount = 300;

/** Longest time for all of them, in seconds: one function is one process here, on two cores. */
const loadSeconds = 240;

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;

/** Many at once. */
export const load = (world: () => World): void => {
  describe('bears load', () => {
    it(
      `archives ${generationCount} generations at once over all providers, none twice`,
      { timeout: (loadSeconds + 30) * 1000 },
      async () => {
        const { results, simulator, aws, stateMachineArn, bucket } = world();
        const executionsBefore = (await executionsOf(aws, stateMachineArn)).length;
        const startedAt = Date.now();
        const generations = await Promise.all(
          Array.from({ length: generationCount }, (_, index) => {
            const provider = simulatedProviders[index % simulatedProviders.length] ?? 'gamma';
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
        const executions = (await executionsOf(aws, stateMachineArn)).length - executionsBefore;
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
