import { providers } from '../lambdas/providers/registry.ts';
import { baseUrlVariable, keyVariable } from './environment-keys.ts';

const keyVariables = providers.map(({ name, baseUrl }) => {
  const variable = keyVariable(name, 'default');
  return baseUrl === undefined ? `${variable} (with ${baseUrlVariable(name)})` : variable;
});

const titlesOf = (which: (provider: (typeof providers)[number]) => boolean): string =>
  providers
    .filter(which)
    .map(({ title }) => title)
    .join(', ');

/** What `--help` tells beyond the options. */
export const helpText = `
Without a provider, a demonstration runs against a simulator of all of them.

From a sentence to a file:  npm start -- gamma --prompt "How bread keeps" --export pdf
From the whole request:     npm start -- duomi --request deck.json
--prompt and --request start a generation with your API key: it costs what the provider charges. --prompt is for
${titlesOf(({ starting }) => starting?.fromPrompt !== undefined)}; --request for ${titlesOf(({ starting }) => starting !== undefined)}. Other users of the machine can read
a command line; --request - reads the request from the standard input.
A request has an id, which --out remembers: the same command with the same --request-id follows what was accepted, and where an answer was
lost it says so and sends nothing.

A question of the provider is shown, and answered in the terminal, or by a line of the standard input for each question.

API keys come from the environment or from .env:
  ${keyVariables.join('\n  ')}
For --credential team-a, ${keyVariable('gamma', 'team-a')}.

For programs: npm start --silent -- gamma <generationId> --json

Exit status: 0 archived (also in part, where the execution succeeds), 1 not archived, 2 bad usage, 130 interrupted.`;
