import type { JsonObject } from '../../lambdas/contract/json.ts';
import { confidentialWord } from './fault-case.ts';

const prompt = `What the merger with ${confidentialWord} will cost`;

const slide = { template_slide_id: 'title-slide', slide_data: { title: prompt } };

/** Bodies of create requests: for each provider that starts generations, all of its kinds. */
export const createBodies = {
  gamma: [
    { inputText: prompt, textMode: 'generate', numCards: 12 },
    { gammaId: 'g_0123456789abcdef', prompt },
  ],
  chronicle: [{ prompt }, { prompt, non_interactive: false }],
  duomi: [slide, { slides: [slide, slide] }],
  perceptis: [
    { prompt, output_type: 'deck' },
    { prompt, output_type: 'single_slide', variant_count: 2 },
  ],
} as const satisfies Readonly<Record<string, readonly JsonObject[]>>;

/** A provider that starts generations. */
export type StartingProvider = keyof typeof createBodies;

/** Every {@link StartingProvider}. */
export const startingProviders = Object.keys(createBodies) as readonly StartingProvider[];

/** A body that tells, in a field that no provider documents, which request it belongs to. */
export const referring = (body: JsonObject, requestId: string): JsonObject => ({
  ...body,
  reference: requestId,
});

/** The request that a body belongs to. */
export const referenceOf = ({ reference }: JsonObject): string =>
  typeof reference === 'string' ? reference : '';
