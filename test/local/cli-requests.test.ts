import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import { describe, it } from 'vitest';
import type { TestContext } from 'vitest';
import { demoDeck, makePdf, startSimulator } from '../../local/simulator/index.ts';
import type { SimulatedProvider, SimulatorOptions } from '../../local/simulator/index.ts';
import { start } from './support/command-run.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** A folder, a simulator, and the command at work in the one against the other. */
const prepare = async (
  context: TestContext,
  provider: SimulatedProvider,
  options: SimulatorOptions = {},
) => {
  const folder = await temporaryFolder(context.onTestFinished);
  const simulator = await startSimulator(options);
  context.onTestFinished(() => simulator.close());
  const run = (args: readonly string[], stdin: 'ignore' | 'pipe' = 'ignore') => {
    const environment = { [`${provider.toUpperCase()}_API_KEY`]: simulator.apiKey(provider) };
    const address = [
      '--base-url',
      simulator.baseUrl(provider),
      '--allow-insecure',
      '--expected',
      '1',
    ];
    return start(context, folder, [provider, ...args, ...address], environment, stdin);
  };
  return { folder, simulator, run };
};

const typesIn = (output: string): string[] =>
  output
    .trimEnd()
    .split('\n')
    .map((line) => String((JSON.parse(line) as { detailType: unknown }).detailType));

/** A PDF at once. */
const quick: SimulatorOptions = {
  onCreate: async (_provider, body) => ({
    script: [{ says: 'completed' }],
    files: [{ format: 'pdf', content: await makePdf(demoDeck(body['inputText'] as string)) }],
  }),
};

const asking: SimulatorOptions = {
  onCreate: async () => ({
    title: 'Bread',
    script: [
      { says: 'question', question: 'For whom?', polls: Infinity },
      { says: 'question', question: 'How long?', polls: Infinity },
      { says: 'completed' },
    ],
  }),
};

/**
 * Milliseconds: some ten seconds of waiting, and much more on a machine that is busy with other
 * things.
 */
const timeout = 120_000;

describe.concurrent('npm start, asked to start a generation', { timeout }, () => {
  it('goes from a sentence to a file', async (context) => {
    const { expect } = context;
    const { folder, simulator, run } = await prepare(context, 'gamma', quick);
    const { status, output, errors } = await run([
      '--prompt',
      'How bread keeps',
      '--export',
      'pdf',
      '--request-id',
      'order-7',
    ]).ended;
    expect([status, errors]).toEqual([0, '']);
    const [id = ''] = simulator.started('gamma');
    expect(output).toContain(
      'Request order-7: the same command with --request-id order-7 goes on with it',
    );
    expect(output).toMatch(/gamma +order-7 +requested/);
    expect(output).toMatch(new RegExp(`gamma +${id} +accepted`));
    const pdf = await readFile(join(folder, `artifacts/gamma/${id}/presentation.pdf`));
    expect((await PDFDocument.load(pdf)).getTitle()).toBe('How bread keeps');
    expect(simulator.secrets().filter((secret) => output.includes(secret))).toEqual([]);
  });

  it('takes the whole request from a file or from the standard input, and tells what is wrong with it', async (context) => {
    const { expect } = context;
    const { folder, simulator, run } = await prepare(context, 'gamma', quick);
    await writeFile(join(folder, 'deck.json'), '{"inputText":"How bread keeps","exportAs":"pdf"}');
    const right = await run(['--request', 'deck.json', '--json']).ended;
    expect([right.status, right.errors]).toEqual([0, '']);
    expect(typesIn(right.output)).toEqual(['Generation Accepted', 'Generation Archived']);
    const { child, ended } = run(['--request', '-'], 'pipe');
    child.stdin?.end('{"inputText":"How bread keeps","numCards":0}');
    const wrong = await ended;
    expect([wrong.status, wrong.errors]).toEqual([
      2,
      'it was not accepted:\n  request.numCards: must be a whole number from 1 to 75\n',
    ]);
    expect(simulator.started('gamma')).toHaveLength(1);
  });

  it('sends a line of the standard input for each question, and keeps it to itself', async (context) => {
    const { expect } = context;
    const { folder, simulator, run } = await prepare(context, 'chronicle', asking);
    const { child, ended } = run(['--prompt', 'Bread', '--interactive', '--json'], 'pipe');
    child.stdin?.end('Bakers, of course\nTen slides\n');
    const { status, output, errors } = await ended;
    expect([status, errors]).toEqual([0, '']);
    expect(typesIn(output)).toEqual([
      'Generation Accepted',
      'Generation Awaiting Input',
      'Generation Awaiting Input',
      'Generation Archived',
    ]);
    const [id = ''] = simulator.started('chronicle');
    expect(simulator.requestsFor(id, 'message').map(({ status: code }) => code)).toEqual([
      200, 200,
    ]);
    const events = await readFile(join(folder, 'artifacts/events.jsonl'), 'utf8');
    expect(events + output).not.toMatch(/Bakers|Ten slides/);
  });
});
