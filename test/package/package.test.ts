import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { startWorld, type World } from './harness/world.ts';
import { contents } from './sections/contents.ts';
import { exampleApps } from './sections/example-apps.ts';
import { exampleVersions } from './sections/example-versions.ts';
import { freshApp } from './sections/fresh-app.ts';
import { languages } from './sections/languages.ts';
import { publicFace } from './sections/public-face.ts';

/**
 * The published package: packed, installed into apps outside this project, and deployed by them to
 * an AWS emulator.
 */
describe('the published package', () => {
  let started: World | undefined;
  let failures = 0;
  const world = (): World => {
    if (started === undefined) throw new Error('the package is not packed');
    return started;
  };

  beforeAll(async () => {
    started = await startWorld();
  });
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') failures += 1;
  });
  afterAll(async () => {
    await started?.stop(failures > 0);
  });

  contents(world);
  publicFace(world);
  exampleVersions();
  freshApp(world);
  exampleApps(world);
  languages(world);
});
