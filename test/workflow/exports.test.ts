import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rejectedDetailSchema, type ResultDetail } from '../../lambdas/contract/results.ts';
import type { GenerationOptions } from '../../local/simulator/index.ts';
import { aFile, startWorkflowWorld, type WorkflowWorld } from '../support/workflow-world.ts';

const job = { provider: 'gamma' as const, generationId: 'gen-1' };
const exportFiles = [aFile('pdf', 1), aFile('pptx', 2), aFile('zip', 3)];
const unexported = [{ says: 'completed', linkMissing: true }] as const;

let world: WorkflowWorld;
/** What comes of a request. */
let created: Pick<GenerationOptions, 'script' | 'files' | 'exportRequests'> = {
  script: unexported,
};
const announced = (): string[] => world.events.map(({ detailType }) => detailType);
const last = (): ResultDetail => world.events.at(-1)?.detail as ResultDetail;
const begun = (): number => world.simulator.requestsFor('gen-1', 'export').length;
/** The id that a request led to. */
const id = (): string => world.simulator.started('gamma')[0] ?? '';
const exported = (): number => world.simulator.requestsFor(id(), 'export').length;
const artifacts = (): string[] => (last().artifacts ?? []).map(({ key }) => key);

const follow = async (
  exportAs: unknown,
  options: Partial<GenerationOptions> = {},
  eventId?: string,
): Promise<void> => {
  if (world.simulator.generation('gamma', 'gen-1') === undefined)
    world.simulator.add({ ...job, script: unexported, exportFiles, ...options });
  await world.archiver.trigger({ ...job, exportAs }, eventId);
  await world.archiver.ends();
};

describe('a deck of Gamma that is exported on request', () => {
  beforeEach(async () => {
    world = await startWorkflowWorld({ onCreate: async () => ({ exportFiles, ...created }) });
  });
  afterEach(async () => {
    // Links and keys stay where they belong, whatever happened.
    const kept =
      JSON.stringify(world.events) +
      world
        .objects()
        .filter((key) => key.endsWith('.json'))
        .map((key) => world.read(key).toString())
        .join('\n');
    for (const secret of world.simulator.secrets()) expect(kept).not.toContain(secret);
    await world.close();
  });

  it('is exported once where it has no file', async () => {
    await follow('pdf', { exportRequests: [{ seconds: 40 }] });
    expect(announced()).toEqual(['Generation Archived']);
    expect(artifacts()).toEqual(['gamma/gen-1/presentation.pdf']);
    expect(begun()).toBe(1);
  });

  it('is exported to several formats, each once', async () => {
    await follow(['pdf', 'pptx', 'png']);
    expect(announced()).toEqual(['Generation Archived']);
    expect(artifacts()).toEqual(
      ['pdf', 'pptx', 'zip'].map((format) => `gamma/gen-1/presentation.${format}`),
    );
    expect(begun()).toBe(3);
  });

  it('comes as the picture itself where it has one card, and is not exported again', async () => {
    const card = { exportFiles: [aFile('pdf', 1), aFile('png', 4)] };
    await follow(['png', 'pdf'], card);
    expect(announced()).toEqual(['Generation Archived']);
    expect(artifacts().toSorted()).toEqual([
      'gamma/gen-1/presentation.pdf',
      'gamma/gen-1/presentation.png',
    ]);
    expect(last().artifacts).toContainEqual(
      expect.objectContaining({ format: 'png', contentType: 'image/png' }),
    );
    await follow(['png', 'pdf'], card, 'again');
    expect(announced()).toEqual(['Generation Archived', 'Generation Archived']);
    expect(begun()).toBe(2);
  });

  it('is not exported to pictures where the generation made one itself', async () => {
    await follow('png', { script: [{ says: 'completed' }], files: [aFile('png', 9)] });
    expect(artifacts()).toEqual(['gamma/gen-1/presentation.png']);
    expect(begun()).toBe(0);
  });

  it('is not exported to the format that the generation made itself', async () => {
    await follow(['pdf', 'pptx'], { script: [{ says: 'completed' }], files: [aFile('pdf', 9)] });
    expect(announced()).toEqual(['Generation Archived']);
    expect(artifacts()).toEqual(['gamma/gen-1/presentation.pdf', 'gamma/gen-1/presentation.pptx']);
    expect(begun()).toBe(1);
  });

  it('is not exported at all where its own file is what is wanted', async () => {
    await follow('pdf', { script: [{ says: 'completed' }], files: [aFile('pdf', 9)] });
    expect([announced(), begun()]).toEqual([['Generation Archived'], 0]);
  });

  it('is exported where the link of its own file has expired', async () => {
    await follow('pdf', {
      script: [{ says: 'completed' }],
      files: [aFile('pdf', 9)],
      linkSeconds: 0,
    });
    expect(announced()).toEqual(['Generation Archived']);
    expect(artifacts()).toEqual(['gamma/gen-1/presentation.pdf']);
    expect(begun()).toBe(1);
  });

  it('is not exported again by another event: what is stored is kept', async () => {
    await follow('pdf', {}, 'event-1');
    await follow(['pdf', 'pptx'], {}, 'event-2');
    expect(announced()).toEqual(['Generation Archived', 'Generation Archived']);
    expect(artifacts().toSorted()).toEqual([
      'gamma/gen-1/presentation.pdf',
      'gamma/gen-1/presentation.pptx',
    ]);
    expect(begun()).toBe(2);
    await follow('pdf', {}, 'event-3');
    expect(begun()).toBe(2);
  });

  it.each([
    ['that was lost before it began', 'before' as const],
    ['that began', 'after' as const],
  ])('asks only once for an export %s', async (_, hangUp) => {
    await follow('pdf', { exportRequests: [{ hangUp }] });
    expect(announced()).toEqual(['Generation Not Archived']);
    expect(last().error?.code).toBe('ExportUncertain');
    expect(begun()).toBe(1);
  });

  it('saves what can be saved', async () => {
    await follow(['pdf', 'pptx'], { exportRequests: [{ hangUp: 'after' }] });
    expect(announced()).toEqual(['Generation Partially Archived']);
    expect(artifacts()).toEqual(['gamma/gen-1/presentation.pptx']);
    expect(last().error?.code).toBe('ExportUncertain');
    expect(begun()).toBe(2);
  });

  it.each(['render_timeout', 'deck_too_large', 'no_content', 'export_failed'])(
    'says why an export failed: %s',
    async (fails) => {
      await follow('pptx', { exportRequests: [{ fails }] });
      expect(announced()).toEqual(['Generation Not Archived']);
      expect(last().error).toMatchObject({
        code: 'ExportFailed',
        message: expect.stringContaining(fails) as string,
      });
      expect(begun()).toBe(1);
    },
  );

  it('waits where Gamma refuses it for the moment, and asks again', async () => {
    await follow('pdf', { exportRequests: [{ status: 429 }, {}] });
    expect(announced()).toEqual(['Generation Archived']);
    expect(begun()).toBe(2);
  });

  it.each([
    [402, 'InsufficientCredits'],
    [400, 'InvalidRequest'],
    [404, 'GenerationNotFound'],
  ])('is not asked for again where Gamma answers %i', async (status, code) => {
    await follow('pdf', { exportRequests: [{ status }] });
    expect([announced(), last().error?.code, begun()]).toEqual([
      ['Generation Not Archived'],
      code,
      1,
    ]);
  });

  it('times out where an export is not done by the deadline', async () => {
    await follow('pdf', { exportRequests: [{ seconds: 7 * 86_400 }] });
    expect(announced()).toEqual(['Generation Timed Out']);
    expect(last().error?.code).toBe('DeadlineExceeded');
    expect(begun()).toBe(1);
  });

  it.each([
    ['Generation Started' as const, { generationId: 'gen-2' }],
    [
      'Generation Requested' as const,
      { requestId: 'order-7', request: { template_slide_id: 'title', slide_data: {} } },
    ],
  ])(
    'is refused by name where the provider exports nothing on request: %s',
    async (detailType, detail) => {
      await world.archiver.trigger(
        { provider: 'duomi', exportAs: ['pdf', 'pptx'], ...detail },
        'event-1',
        detailType,
      );
      expect(announced()).toEqual(['Generation Rejected']);
      const { error } = rejectedDetailSchema.strict().parse(world.events[0]?.detail);
      expect(error.problems).toEqual([
        { field: 'exportAs', message: 'duomi exports nothing on request; got pdf, pptx' },
      ]);
      expect(world.simulator.started('duomi')).toEqual([]);
    },
  );

  describe('and was requested', () => {
    const order = {
      provider: 'gamma',
      requestId: 'order-7',
      request: { inputText: 'How bread keeps', exportAs: 'pdf' },
    };
    const request = async (
      exportAs: unknown,
      eventId = 'event-1',
      changes: object = {},
    ): Promise<void> => {
      await world.archiver.trigger(
        { ...order, exportAs, ...changes },
        eventId,
        'Generation Requested',
      );
      await world.archiver.ends();
    };

    afterEach(() => {
      created = { script: unexported };
    });

    it('gives what the create request asked for itself, and is exported to what is missing', async () => {
      created = { script: [{ says: 'completed' }], files: [aFile('pdf', 9)] };
      await request(['pdf', 'pptx', 'png']);
      expect(announced()).toEqual(['Generation Accepted', 'Generation Archived']);
      expect(artifacts()).toEqual(
        ['pdf', 'pptx', 'zip'].map((format) => `gamma/${id()}/presentation.${format}`),
      );
      expect(exported()).toBe(2);
    });

    it('is exported once where it has no file', async () => {
      await request('pptx');
      expect(announced()).toEqual(['Generation Accepted', 'Generation Archived']);
      expect([artifacts(), exported()]).toEqual([[`gamma/${id()}/presentation.pptx`], 1]);
    });

    it('is neither made nor exported again where the event is repeated', async () => {
      await request(['pptx', 'png']);
      await request(['png', 'pptx', 'png'], 'event-2');
      expect(announced()).toEqual(['Generation Accepted', 'Generation Archived']);
      expect([world.simulator.started('gamma').length, exported()]).toEqual([1, 2]);
    });

    it.each([
      ['other formats', { exportAs: ['pptx', 'pdf'] }],
      ['no format', { exportAs: undefined }],
    ])('is not taken for a request for %s', async (_, changes) => {
      await request('pptx');
      await request('pptx', 'event-2', changes);
      expect(announced()).toEqual([
        'Generation Accepted',
        'Generation Archived',
        'Generation Rejected',
      ]);
      expect(world.events.at(-1)).toMatchObject({
        detail: { requestId: 'order-7', error: { problems: [{ field: 'requestId' }] } },
      });
      expect([world.simulator.started('gamma').length, exported()]).toEqual([1, 1]);
    });
  });

  it.each(['docx', [], ['pdf', 'exe'], {}, 7])(
    'is refused where the format is none: %j',
    async (exportAs) => {
      await world.archiver.trigger({ ...job, exportAs });
      expect(announced()).toEqual(['Generation Rejected']);
    },
  );
});
