import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runArchiver } from '../../local/run.ts';
import { demoDeck, makePdf, makePptx, startSimulator } from '../../local/simulator/index.ts';
import type { SimulatedProvider, SimulatorOptions } from '../../local/simulator/index.ts';
import type { Trigger } from '../../local/triggers.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** A stream that is no terminal, and what was written to it. */
const piped = () => {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk) => {
    text += String(chunk);
  });
  return { stream: stream as unknown as NodeJS.WriteStream & NodeJS.ReadStream, text: () => text };
};

/** Runs of one folder against one simulator, at a pace that no provider would like. */
const prepare = async (provider: SimulatedProvider, options: SimulatorOptions) => {
  const folder = await temporaryFolder();
  const simulator = await startSimulator(options);
  onTestFinished(() => simulator.close());
  const stop = new AbortController();
  const run = async (trigger: Trigger, onSaid: (text: string) => void = () => undefined) => {
    const [input, output, errors] = [piped(), piped(), piped()];
    input.stream.end();
    output.stream.on('data', () => onSaid(output.text()));
    const status = await runArchiver({
      props: {
        allowInsecureSources: true,
        providers: {
          [provider]: {
            baseUrl: simulator.baseUrl(provider),
            firstCheckSeconds: 1,
            checkIntervalSeconds: 1,
          },
        },
      },
      folder,
      apiKeys: { read: async () => ({ found: true, apiKey: simulator.apiKey(provider) }) },
      triggers: [trigger],
      json: false,
      input: input.stream,
      output: output.stream,
      errors: errors.stream,
      stop: stop.signal,
      interrupt: () => undefined,
    });
    return { status, output: output.text(), errors: errors.text() };
  };
  return { folder, simulator, stop, run };
};

const requested = (
  provider: SimulatedProvider,
  request: { readonly [field: string]: string | boolean },
): Extract<Trigger, { detailType: 'Generation Requested' }> => ({
  detailType: 'Generation Requested',
  detail: { provider, requestId: 'order-7', request },
});

const bread = requested('gamma', { inputText: 'How bread keeps', exportAs: 'pdf' });

const pdfAtOnce: SimulatorOptions = {
  onCreate: async () => ({
    script: [{ says: 'completed' }],
    files: [{ format: 'pdf', content: await makePdf(demoDeck('Bread')) }],
  }),
};

const asking: SimulatorOptions = {
  onCreate: async () => ({
    script: [
      { says: 'question', question: 'For\u001B[2J whom?', polls: Infinity },
      { says: 'completed' },
    ],
  }),
};

/** Milliseconds: seconds of waiting, and much more on a machine that is busy with other things. */
const timeout = 120_000;

describe('a run that starts a generation', { timeout }, () => {
  it('follows in another run what the request id led to, and starts nothing again', async () => {
    const { simulator, run } = await prepare('gamma', pdfAtOnce);
    const first = await run(bread);
    const second = await run(bread);
    expect([first, second].map(({ status, errors }) => [status, errors])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const [id = ''] = simulator.started('gamma');
    expect(second.output).toContain(
      `The request order-7 was accepted before: nothing is started, and ${id} is followed.`,
    );
    expect(simulator.started('gamma')).toHaveLength(1);
    expect(simulator.requestsFor(id, 'download')).toHaveLength(1);
  });

  it('saves the format of the create request, and those that the finished deck is exported to', async () => {
    const [pdf, pptx] = [await makePdf(demoDeck('Bread')), await makePptx(demoDeck('Bread'))];
    const { folder, simulator, run } = await prepare('gamma', {
      onCreate: async () => ({
        script: [{ says: 'completed' }],
        files: [{ format: 'pdf', content: pdf }],
        exportFiles: [{ format: 'pptx', content: pptx }],
      }),
    });
    const { status } = await run({ ...bread, detail: { ...bread.detail, exportAs: ['pptx'] } });
    expect(status).toBe(0);
    const [id = ''] = simulator.started('gamma');
    const saved = await Promise.all(
      ['pdf', 'pptx'].map((format) => readFile(join(folder, `gamma/${id}/presentation.${format}`))),
    );
    expect(
      saved.map((content, index) => content.equals([pdf, pptx][index] ?? new Uint8Array())),
    ).toEqual([true, true]);
    expect(simulator.requestsFor(id, 'export')).toHaveLength(1);
  });

  it('keeps a request id to the request that it named first', async () => {
    const { simulator, run } = await prepare('gamma', pdfAtOnce);
    await run(bread);
    const { status, errors } = await run(requested('gamma', { inputText: 'How cake keeps' }));
    expect([status, errors]).toEqual([
      2,
      'the request id order-7 belongs to another request: name another --request-id\n',
    ]);
    expect(simulator.started('gamma')).toHaveLength(1);
  });

  it.each([
    ['it was started', 'after', 1],
    ['it was not', 'before', 0],
  ] as const)(
    'sends nothing again where the answer is lost, also in another run, and says so plainly: %s',
    async (_, when, started) => {
      const { simulator, run } = await prepare('gamma', pdfAtOnce);
      simulator.plan('gamma', [{ when, answer: { says: 'nothing' } }]);
      const first = await run(bread);
      expect(first.status).toBe(1);
      expect(first.output).toMatch(/✗ {2}gamma +order-7 +not started .* StartUncertain: /);
      expect(first.errors).toContain(
        'nobody knows whether order-7 was started: look for it at Gamma',
      );
      const second = await run(bread);
      expect(second.status).toBe(1);
      expect(second.errors).toContain(
        'the request order-7 was made before and is not made again: StartUncertain',
      );
      expect(simulator.started('gamma')).toHaveLength(started);
      expect(simulator.requests.filter(({ kind }) => kind === 'create')).toHaveLength(1);
    },
  );

  it('gives a request id back where the request was not valid', async () => {
    const { run } = await prepare('gamma', pdfAtOnce);
    const wrong = await run(requested('gamma', { title: 'Bread' }));
    expect([wrong.status, wrong.errors]).toEqual([
      2,
      'it was not accepted:\n  request.inputText: is missing\n',
    ]);
    expect((await run(bread)).status).toBe(0);
  });

  it('tells that a request is put off, and what to do where it was stopped meanwhile', async () => {
    const { simulator, stop, run } = await prepare('gamma', pdfAtOnce);
    simulator.plan('gamma', [{ when: 'before', answer: { says: 'http', status: 429 } }]);
    const { status, output, errors } = await run(bread, (text) => {
      if (text.includes('not taken yet')) stop.abort();
    });
    expect(output).toMatch(/gamma +order-7 +not taken yet, again in \d+ s/);
    expect([status, simulator.started('gamma')]).toEqual([130, []]);
    expect(errors).toContain(
      'gamma order-7: it may have been started: the same command with --request-id order-7 starts nothing again',
    );
  });

  it('tells how to answer where nobody does, and goes on until somebody has', async () => {
    const { simulator, run } = await prepare('chronicle', asking);
    const { status, output } = await run(
      requested('chronicle', { prompt: 'Bread', non_interactive: false }),
      (text) => {
        const [id = ''] = simulator.started('chronicle');
        if (text.includes('stays open')) simulator.generation('chronicle', id)?.advance();
      },
    );
    const [id = ''] = simulator.started('chronicle');
    expect(status).toBe(0);
    // What a provider says does nothing to a terminal.
    expect(output).toContain(`Chronicle asks about ${id}: For [2J whom?\n`);
    expect(output).toContain(`in a terminal with: npm start -- chronicle ${id}\n`);
  });

  it('ends at once where it is stopped while a question is open, and tells how to go on', async () => {
    const { simulator, stop, run } = await prepare('chronicle', asking);
    const { status, errors } = await run(
      requested('chronicle', { prompt: 'Bread', non_interactive: false }),
      (text) => {
        if (text.includes('stays open')) stop.abort();
      },
    );
    expect(status).toBe(130);
    const [id = ''] = simulator.started('chronicle');
    const goOn = `  chronicle ${id}: go on with npm start -- chronicle ${id}\n`;
    expect(errors).toBe(
      `interrupted: 1 of 1 generations are still open; what is saved stays\n${goOn}`,
    );
  });
});

/** With a usual minimum of an hour, nothing would be told within the time of a test. */
const follow = async (generationId: string, apiKey?: string) => {
  const folder = await temporaryFolder();
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  simulator.add({
    provider: 'gamma',
    generationId: 'done-long-ago',
    script: [{ says: 'completed' }],
    files: [{ format: 'pdf', content: await makePdf(demoDeck('Bread')) }],
  });
  const [input, output, errors] = [piped(), piped(), piped()];
  input.stream.end();
  const status = await runArchiver({
    props: {
      allowInsecureSources: true,
      providers: { gamma: { baseUrl: simulator.baseUrl('gamma'), firstCheckSeconds: 3600 } },
    },
    folder,
    apiKeys: {
      read: async () => ({ found: true, apiKey: apiKey ?? simulator.apiKey('gamma') }),
    },
    triggers: [{ detailType: 'Generation Started', detail: { provider: 'gamma', generationId } }],
    json: false,
    input: input.stream,
    output: output.stream,
    errors: errors.stream,
    stop: new AbortController().signal,
    interrupt: () => undefined,
  });
  return { status, output: output.text() };
};

describe('a generation that is handed over in the terminal', { timeout }, () => {
  it('is saved at once where it was finished long ago', async () => {
    const { status, output } = await follow('done-long-ago');
    expect(status).toBe(0);
    expect(output).toContain('archived');
  });

  it('ends at once where the key is wrong, and says so at the first look', async () => {
    const { status, output } = await follow('done-long-ago', 'sk-gamma-wrong');
    expect(status).toBe(1);
    expect(output).toContain('it is asked again, as this may pass.');
    expect(output).toContain('Unauthorized');
  });
});
