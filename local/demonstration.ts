import type { ApiKeys } from '../lambdas/contract/ports.ts';
import type { GenerationArchiverProps } from '../lib/config.ts';
import { simulatedProviders, startSimulator } from './simulator/index.ts';
import type { SimulatedProvider, Simulator } from './simulator/index.ts';
import type { Trigger } from './run.ts';

/** A generation that the demonstration starts, as an application would: with a create request. */
interface Start {
  readonly provider: SimulatedProvider;
  readonly path: string;
  readonly body: object;
  /** Field of the answer that holds the id. */
  readonly idField: string;
}

const presentations = '/api/v1/presentations/generate';

/** One generation for each provider, and one more for Gamma's other kind of file: PDF, ZIP, JSON and PPTX. */
const starts: readonly Start[] = [
  {
    provider: 'gamma',
    path: '/v1.0/generations',
    body: { inputText: 'How a deck survives', exportAs: 'pdf' },
    idField: 'generationId',
  },
  {
    provider: 'gamma',
    path: '/v1.0/generations',
    body: { inputText: 'Cards for everybody', exportAs: 'png' },
    idField: 'generationId',
  },
  {
    provider: 'chronicle',
    path: presentations,
    body: { prompt: 'Pitch for a bakery', non_interactive: true },
    idField: 'generation_id',
  },
  { provider: 'duomi', path: presentations, body: { template_slide_id: 'slide_1', slide_data: {} }, idField: 'generation_id' },
  {
    provider: 'perceptis',
    path: '/api/v1/generate',
    body: { prompt: 'Market overview', output_type: 'deck' },
    idField: 'job_id',
  },
  {
    provider: 'alai',
    path: '/api/v1/generations',
    body: { input_text: 'Launch of the night train', export_formats: ['pdf', 'ppt'] },
    idField: 'generation_id',
  },
  { provider: 'slidespeak', path: '/api/v2/presentation/generate', body: { prompt: 'Roadmap for spring' }, idField: 'task_id' },
];

/** A demonstration must not last: it asks sooner and more often than the providers' documentation has it. */
const briskly = { firstCheckSeconds: 2, checkIntervalSeconds: 2 } as const;

/** What a run of the demonstration needs. */
export interface Demonstration {
  readonly props: GenerationArchiverProps;
  readonly apiKeys: ApiKeys;
  readonly triggers: readonly Trigger[];
  close(): Promise<void>;
}

const create = async (simulator: Simulator, { provider, path, body, idField }: Start): Promise<Trigger> => {
  const apiKey = simulator.apiKey(provider);
  const response = await fetch(`${simulator.baseUrl(provider)}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey, authorization: `Bearer ${apiKey}` },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  const generationId = answer[idField];
  if (typeof generationId !== 'string') throw new Error(`the simulator answered ${response.status} without ${idField}`);
  return { provider, generationId, metadata: { demonstration: true } };
};

/** Starts the simulator, and a generation for each kind of file. */
export const startDemonstration = async (): Promise<Demonstration> => {
  const simulator = await startSimulator();
  const triggers = await Promise.all(starts.map((start) => create(simulator, start)));
  return {
    props: {
      allowInsecureSources: true, // the simulator is a plain HTTP server on this machine
      providers: Object.fromEntries(simulatedProviders.map((name) => [name, { baseUrl: simulator.baseUrl(name), ...briskly }])),
    },
    apiKeys: {
      read: async (provider) => {
        const name = simulatedProviders.find((candidate) => candidate === provider);
        return name === undefined
          ? { found: false, message: `the simulator has no provider '${provider}'` }
          : { found: true, apiKey: simulator.apiKey(name) };
      },
    },
    triggers,
    close: () => simulator.close(),
  };
};
