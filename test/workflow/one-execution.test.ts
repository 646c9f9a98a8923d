import { afterEach, describe, expect, it } from 'vitest';
import {
  aFile,
  startWorkflowWorld,
  type WorkflowWorld,
  type WorldOptions,
} from '../support/workflow-world.ts';

const request = {
  provider: 'gamma',
  requestId: 'order-7',
  request: { inputText: 'How bread keeps' },
  exportAs: ['pdf', 'pptx'],
};
const deck = {
  script: [
    { says: 'working', seconds: 60 },
    { says: 'completed', linkMissing: true },
  ],
  exportFiles: [aFile('pdf', 1), aFile('pptx', 2)],
} as const;

let world: WorkflowWorld;
const announced = (): string[] => world.events.map(({ detailType }) => detailType);
const ends = async (): Promise<string[]> =>
  [...(await world.archiver.ends()).values()].map(({ status }) => status);
const id = (): string => world.simulator.started('gamma')[0] ?? '';
const exportsAsked = (): number => world.simulator.requestsFor(id(), 'export').length;

const started = (generationId: unknown, eventId: string): Promise<void> =>
  world.archiver.trigger({ provider: 'gamma', generationId, exportAs: request.exportAs }, eventId);

/** Sends the id of the acceptance as soon as it is told. */
const sendingTheId = (sent: Promise<void>[], times = 1): WorldOptions => ({
  onCreate: async () => deck,
  onEvent: ({ detailType, detail }) => {
    if (detailType !== 'Generation Accepted') return;
    for (let time = 0; time < times; time += 1)
      sent.push(started(Reflect.get(detail, 'generationId'), `e${time}`));
  },
});

describe('a generation that was requested', () => {
  afterEach(async () => world.close());

  it.each([1, 3])(
    'and whose id is then sent %i times with "Generation Started" is followed once, and exported once',
    async (times) => {
      const sent: Promise<void>[] = [];
      world = await startWorkflowWorld(sendingTheId(sent, times));
      await world.archiver.trigger(request, 'r1', 'Generation Requested');
      expect(await ends()).toEqual(['succeeded']);
      await Promise.all(sent);
      expect(await ends()).toEqual(['succeeded']);
      expect(announced()).toEqual(['Generation Accepted', 'Generation Archived']);
      expect(exportsAsked()).toBe(2);
    },
  );

  it('can be archived again by its id once it has ended', async () => {
    world = await startWorkflowWorld({ onCreate: async () => deck });
    await world.archiver.trigger(request, 'r1', 'Generation Requested');
    await ends();
    await started(id(), 'e1');
    expect(await ends()).toEqual(['succeeded', 'succeeded']);
    expect(announced()).toEqual([
      'Generation Accepted',
      'Generation Archived',
      'Generation Archived',
    ]);
    expect(exportsAsked()).toBe(2);
  });
});
