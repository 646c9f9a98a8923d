import { expect } from 'vitest';
import {
  resultDetailSchema,
  type GenerationResultType,
  type ResultDetail,
} from '../../../lambdas/contract/results.ts';
import type { SimulatedGeneration } from '../../../local/simulator/index.ts';
import { readObject } from './observe.ts';
import type { World } from './world.ts';

/** The n-th end (or question) of a generation that has an execution. */
export const resultAbout = async (
  world: World,
  { generationId }: Pick<SimulatedGeneration, 'generationId'>,
  detailType: GenerationResultType,
  options: { count?: number; seconds?: number } = {},
): Promise<ResultDetail> => {
  const event = await world.results.next(generationId, detailType, options);
  return resultDetailSchema.strict().parse(event.detail);
};

/**
 * Waits for the event that a generation is archived, and holds every file against what the provider
 * served: in the bucket, byte by byte, and as event and manifest tell it.
 */
export const expectArchived = async (
  world: World,
  generation: SimulatedGeneration,
  detailType: 'Generation Archived' | 'Generation Partially Archived' = 'Generation Archived',
  options: { count?: number; seconds?: number } = {},
): Promise<ResultDetail> => {
  const detail = await resultAbout(world, generation, detailType, options);
  const { artifacts = [], manifest } = detail;
  const stored = await Promise.all(
    artifacts.map(({ bucket, key }) => readObject(world.aws, bucket, key)),
  );
  const served = generation.files.map(({ sha256, content }) => ({
    sha256,
    bytes: content.byteLength,
  }));
  const inBucket = stored.map(({ sha256, body }) => ({ sha256, bytes: body.byteLength }));
  if (generation.files.length > 0) expect(inBucket).toEqual(served);
  expect(artifacts.map(({ sha256, bytes }) => ({ sha256, bytes }))).toEqual(inBucket);
  expect(artifacts.map(({ contentType }) => contentType)).toEqual(
    stored.map(({ contentType }) => contentType),
  );

  expect(manifest?.key).toBe(`${generation.provider}/${generation.generationId}/manifest.json`);
  const document: unknown = JSON.parse(
    (await readObject(world.aws, world.bucket, manifest?.key ?? '')).body.toString('utf8'),
  );
  expect(document).toMatchObject({
    provider: generation.provider,
    generationId: generation.generationId,
    artifacts: artifacts.map(({ key, sha256, bytes }) => ({ key, sha256, bytes })),
  });
  return detail;
};
