import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { onePdf } from '../../e2e/harness/decks.ts';
import { projectFolder } from '../../e2e/harness/folders.ts';
import { readObject } from '../../e2e/harness/observe.ts';
import { readPackage, run, runWith } from '../harness/commands.ts';
import { documentedLines } from '../harness/documented-lines.ts';
import { nextMessage } from '../harness/mailbox.ts';
import type { World } from '../harness/world.ts';

/** The app's own Python, in its folder. */
export const python = '.venv/bin/python';

/** Makes the environment of an app as its README says, with the package from its sources. */
export const installPython = async (
  app: string,
  sources: string,
  wheels: string,
): Promise<void> => {
  await run(app, 'python3', '-m', 'venv', '.venv');
  const pip = [join(app, python), '-m', 'pip', '--quiet', '--disable-pip-version-check'] as const;
  await run(app, ...pip, 'wheel', '--no-deps', '--wheel-dir', wheels, sources);
  await run(app, ...pip, 'install', '-r', 'requirements.txt', '--find-links', wheels);
};

/** Two mistakes in one configuration. */
const wrongApp = `
from aws_cdk import App
from decks_stack import DecksStack
from generation_archiver import ProviderOptions
gamma = ProviderOptions(check_interval_seconds=0)
DecksStack(App(), "Decks", providers={"gamma": gamma, "acme": ProviderOptions()})
`;

const readEvent = `
import json
from archived import GenerationArchived
detail = json.load(open("event.json"))["detail"]
print(GenerationArchived.model_validate(detail).artifacts[0].uri)
`;

/** Archives a generation through the app, and returns the event that came of it. */
const archive = async (world: World, app: string): Promise<{ event: string; key: string }> => {
  const { aws, simulator } = world;
  const gamma = {
    baseUrl: simulator.baseUrl('gamma'),
    firstCheckSeconds: 1,
    checkIntervalSeconds: 1,
  };
  cpSync(join(projectFolder, 'test/fixtures/package/decks.py'), join(app, 'decks.py'));
  const command = `${join(app, python)} ${join(app, 'decks.py')}`;
  const settings = { allowInsecureSources: true, providers: { gamma } };
  const output = await world.deploy(world.fresh, command, 'Decks', settings);
  const { generationId, files } = simulator.add({
    provider: 'gamma',
    script: [{ says: 'completed' }],
    files: onePdf(),
  });
  await world.send(output('EventBusName'), { provider: 'gamma', generationId });
  const event = await nextMessage(aws, output('ArchivedUrl'));
  const key = `gamma/${generationId}/presentation.pdf`;
  const { sha256 } = await readObject(aws, output('BucketName'), key);
  expect(sha256).toBe(files[0]?.sha256);
  return { event, key };
};

/** What a user of the package in Python does with it, after synthesis. */
export const tryPythonApp = async (world: World, app: string): Promise<void> => {
  const program = join(app, python);
  // All that is wrong, as in TypeScript.
  await expect(run(app, program, '-c', wrongApp)).rejects.toThrow(
    /checkIntervalSeconds is 0[^]*providers\.acme is not a provider/,
  );
  const version = await run(app, join(app, '.venv/bin/generation-archiver'), '--version');
  expect(version).toContain(readPackage(projectFolder).version);

  const { event, key } = await archive(world, app);
  writeFileSync(join(app, 'event.json'), event);
  const variables = { PATH: `${join(app, '.venv/bin')}:${process.env['PATH']}` };
  await runWith(variables, app, 'sh', '-e', '-c', documentedLines('datamodel-codegen'));
  expect(await run(app, program, '-c', readEvent)).toContain(key);
};
