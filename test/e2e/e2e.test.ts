import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { startWorld, type World } from './harness/world.ts';
import { archives } from './sections/archives.ts';
import { cancelledRequests } from './sections/cancelled-requests.ts';
import { concurrency } from './sections/concurrency.ts';
import { confidentiality } from './sections/confidentiality.ts';
import { consoleSection } from './sections/console.ts';
import { credentials } from './sections/credentials.ts';
import { destruction } from './sections/destruction.ts';
import { documented } from './sections/documented.ts';
import { exportMissing, failuresSection } from './sections/failures.ts';
import { firstDeployment } from './sections/first-deployment.ts';
import { leastPrivilege } from './sections/least-privilege.ts';
import { load } from './sections/load.ts';
import { permissions } from './sections/permissions.ts';
import { repeats } from './sections/repeats.ts';
import { requests } from './sections/requests.ts';
import { stopped } from './sections/stopped.ts';
import { takenOver } from './sections/taken-over.ts';
import { update } from './sections/update.ts';

/**
 * The real stack, deployed to an AWS emulator by the real CDK command line. One deployment serves
 * all sections, in this order: each leaves it as the next one needs it, and the last takes it down.
 */
describe('the deployed archiver', () => {
  let started: World | undefined;
  let failures = 0;
  const world = (): World => {
    if (started === undefined) throw new Error('the stack is not deployed');
    return started;
  };
  const slow = [exportMissing(world), failuresSection(world)];

  beforeAll(async () => {
    started = await startWorld();
    for (const failure of slow) await failure.start();
  });
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') failures += 1;
  });
  afterAll(async () => {
    await started?.stop(failures > 0);
  });

  archives(world);
  documented(world);
  requests(world);
  cancelledRequests(world);
  repeats(world);
  stopped(world);
  credentials(world);
  consoleSection(world);
  update(world);
  load(world);
  concurrency(world);
  permissions(world);
  firstDeployment(world);
  for (const failure of slow) failure.finish();
  confidentiality(world);
  leastPrivilege(world);
  takenOver(world);
  destruction(world);
});
