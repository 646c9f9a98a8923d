import { randomUUID } from 'node:crypto';
import type { ExportAs } from '../lambdas/contract/export-as.ts';
import type { ApiKeys } from '../lambdas/contract/ports.ts';
import { providerNamed } from '../lambdas/providers/registry.ts';
import type { PromptWishes } from '../lambdas/providers/start-endpoint.ts';
import type { GenerationArchiverProps } from '../lib/config/config.ts';
import type { Answers } from './answers.ts';
import { simulatedProviders, startSimulator } from './simulator/index.ts';
import type { SimulatedProvider, Simulator } from './simulator/index.ts';
import type { Trigger } from './triggers.ts';

/** A generation that the archiver starts, from a sentence. */
interface Prompt {
  readonly provider: SimulatedProvider;
  readonly prompt: string;
  readonly wishes: PromptWishes;
}

/** One whose PDF comes with it, and one that asks a question. */
const prompts: readonly Prompt[] = [
  { provider: 'gamma', prompt: 'How a deck survives', wishes: { exportAs: 'pdf' } },
  { provider: 'chronicle', prompt: 'Pitch for a bakery', wishes: { interactive: true } },
];

/** What the demonstration says to every question. */
const answer = 'For the people of the neighbourhood';

/** A generation that the demonstration starts, as an application would: with a create request. */
interface Start {
  readonly provider: SimulatedProvider;
  readonly path: string;
  readonly body: object;
  /** Field of the answer that holds the id. */
  readonly idField: string;
  /** What the finished deck is exported to on request. */
  readonly exportAs?: readonly ExportAs[];
}

const presentations = '/api/v1/presentations/generate';

/**
 * One generation for each other provider, and one more of Gamma, whose PPTX is an export of the
 * finished deck.
 */
const starts: readonly Start[] = [
  {
    provider: 'gamma',
    path: '/v1.0/generations',
    body: { inputText: 'Cards for everybody', exportAs: 'png' },
    idField: 'generationId',
    exportAs: ['pptx'],
  },
  {
    provider: 'duomi',
    path: presentations,
    body: { template_slide_id: 'slide_1', slide_data: {} },
    idField: 'generation_id',
  },
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
  {
    provider: 'slidespeak',
    path: '/api/v2/presentation/generate',
    body: { prompt: 'Roadmap for spring' },
    idField: 'task_id',
  },
];

/**
 * A demonstration must not last: it asks sooner and more often than the providers' documentation
 * has it.
 */
const briskly = { firstCheckSeconds: 2, checkIntervalSeconds: 2 } as const;

/** What a run of the demonstration needs. */
export interface Demonstration {
  readonly props: GenerationArchiverProps;
  readonly apiKeys: ApiKeys;
  readonly triggers: readonly Trigger[];
  readonly answers: Answers;
  close(): Promise<void>;
}

const metadata = { demonstration: true };

const create = async (
  simulator: Simulator,
  { provider, path, body, idField, exportAs }: Start,
): Promise<Trigger> => {
  const apiKey = simulator.apiKey(provider);
  const response = await fetch(`${simulator.baseUrl(provider)}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': apiKey,
      authorization: `Bearer ${apiKey}`,
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  const generationId = answer[idField];
  if (typeof generationId !== 'string')
    throw new Error(`the simulator answered ${response.status} without ${idField}`);
  return {
    detailType: 'Generation Started',
    detail: {
      provider,
      generationId,
      metadata,
      ...(exportAs === undefined ? {} : { exportAs: [...exportAs] }),
    },
  };
};

const requestOf = ({ provider, prompt, wishes }: Prompt): Trigger => {
  const request = providerNamed(provider).starting?.fromPrompt?.(prompt, wishes);
  if (request === undefined) throw new Error(`${provider} makes nothing of a prompt`);
  return {
    detailType: 'Generation Requested',
    detail: { provider, requestId: `demo-${randomUUID().slice(0, 8)}`, request, metadata },
  };
};

/**
 * Starts the simulator, and what an application would start: the rest is started by the archiver.
 */
export const startDemonstration = async (): Promise<Demonstration> => {
  const simulator = await startSimulator();
  const started = await Promise.all(starts.map((start) => create(simulator, start)));
  return {
    props: {
      allowInsecureSources: true, // the simulator is a plain HTTP server on this machine
      providers: Object.fromEntries(
        simulatedProviders.map((name) => [name, { baseUrl: simulator.baseUrl(name), ...briskly }]),
      ),
    },
    apiKeys: {
      read: async (provider) => {
        const name = simulatedProviders.find((candidate) => candidate === provider);
        return name === undefined
          ? { found: false, message: `the simulator has no provider '${provider}'` }
          : { found: true, apiKey: simulator.apiKey(name) };
      },
    },
    triggers: [...prompts.map(requestOf), ...started],
    answers: async () => answer,
    close: () => simulator.close(),
  };
};
