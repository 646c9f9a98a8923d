import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { ProviderSettings } from '../../lambdas/contract/environment.ts';
import { resolveSettings, type GenerationArchiverProps } from '../../lib/config/config.ts';
import { GenerationArchiver } from '../../lib/generation-archiver.ts';
import { definitionsOf, type Definitions } from '../../lib/workflow/definition.ts';

/** What is simulated: everything in it comes from the synthesised stack. */
export interface Deployment {
  readonly definitions: Definitions;
  readonly settings: Readonly<Record<string, ProviderSettings>>;
  /** Megabytes of the function behind a task, by the state's name; of intake, by `intake`. */
  readonly megabytes: Readonly<Record<string, number>>;
}

interface FunctionResource {
  readonly Type: string;
  readonly Properties: { readonly MemorySize?: number };
}

/** The language's references are `${CheckGamma.Arn}`; logical ids end in a hash. */
const megabytesOf = (
  resources: Readonly<Record<string, FunctionResource>>,
  reference: string,
): number => {
  const id = /^\$\{(\w+)\.Arn\}$/.exec(reference)?.[1] ?? reference;
  const found = Object.entries(resources).filter(
    ([logicalId, { Type: type }]) =>
      type === 'AWS::Lambda::Function' && logicalId.replace(/[0-9A-F]{8}$/, '') === id,
  );
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`the template has ${found.length} functions for ${reference}`);
  // AWS Lambda API Reference, "CreateFunction": the default.
  return only[1].Properties.MemorySize ?? 128;
};

/** Synthesises the real construct. */
export const deploy = (props: GenerationArchiverProps): Deployment => {
  const outdir = mkdtempSync(join(tmpdir(), 'generation-archiver-bench-'));
  try {
    const app = new App({
      outdir,
      analyticsReporting: false,
      context: { 'aws:cdk:bundling-stacks': [] },
    });
    const stack = new Stack(app, 'Bench');
    const archiver = new GenerationArchiver(stack, 'Archiver', props);
    const { Resources: resources } = app.synth().getStackByName(stack.stackName).template as {
      Resources: Record<string, FunctionResource>;
    };
    const definitions = definitionsOf({ Resources: resources });
    const tasks = Object.entries({
      ...definitions.generation.States,
      ...definitions.checks.States,
    }).filter(([, { Resource: resource }]) => resource?.endsWith('.Arn}') === true);
    const intake = Object.keys(resources).find(
      (id) => /Intake.*Function[0-9A-F]{8}$/.test(id) || /Intake[0-9A-F]{8}$/.test(id),
    );
    if (intake === undefined) throw new Error(`no intake function under ${archiver.node.path}`);
    return {
      definitions,
      settings: Object.fromEntries(
        resolveSettings(props).providers.map(({ provider, settings }) => [provider.name, settings]),
      ),
      megabytes: {
        ...Object.fromEntries(
          tasks.map(([name, { Resource: resource }]) => [
            name,
            megabytesOf(resources, String(resource)),
          ]),
        ),
        intake: resources[intake]?.Properties.MemorySize ?? 128,
      },
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};
