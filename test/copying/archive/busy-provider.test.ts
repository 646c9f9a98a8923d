import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GenerationStatus, LinkStatus } from '../../../lambdas/polling/status.ts';
import { ready, startCopyWorld, type CopyWorld } from '../../support/copy-world.ts';
import { pdf } from '../../support/decks.ts';
import { file } from '../../support/file-server.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

const throttled = { kind: 'throttled', message: 'Gamma answered 429' } as const;
const busy = { status: throttled, retryAfterSeconds: 60 };

describe('a provider that asks to be left alone for a minute', () => {
  it('is left alone where it makes an export that was paid for', async () => {
    const progress = { stored: {}, failed: {}, asked: ['pdf' as const], exports: { pdf: 'exp-1' } };
    const generation = { exportAs: ['pdf' as const] };
    world.provider(ready([]));
    world.links(busy, { kind: 'link', url: world.server.script('/made.pdf', file(pdf())) });
    const waiting = await world.copy({ progress, generation });
    expect(waiting).toMatchObject({ next: 'more', waitSeconds: 60 });
    expect([world.linksAsked, world.clock.slept]).toEqual([['exp-1'], [1.05]]);
    world.clock.advance(60);
    expect(await world.copy({ progress: waiting.progress, generation })).toMatchObject({
      next: 'succeed',
      result: { detailType: 'Generation Archived', detail: { artifacts: [{ format: 'pdf' }] } },
    });
  });

  it('is asked for a second link to a file that was no good once the minute is over', async () => {
    const bad = world.server.script('/bad', file(Buffer.from('not a deck'.repeat(300))));
    world.provider(
      ready([{ url: bad }]),
      busy,
      ready([{ url: world.server.script('/good', file(pdf())) }]),
    );
    const waiting = await world.copy();
    expect(waiting).toMatchObject({ next: 'more', waitSeconds: 30 });
    expect(world.clock.slept).toEqual([1.05]);
    world.clock.advance(60);
    expect((await world.copy({ progress: waiting.progress })).result?.detailType).toBe(
      'Generation Archived',
    );
  });

  it('loses no file whose link has expired meanwhile', async () => {
    world.provider(
      ready([
        { url: world.server.script('/gone', (_, response) => response.writeHead(404).end()) },
      ]),
      busy,
      ready([{ url: world.server.script('/fresh', file(pdf())) }]),
    );
    expect((await world.copyUntilDone()).result?.detailType).toBe('Generation Archived');
  });
});

describe('a key that has worked, and is refused for a minute', () => {
  const refused = {
    kind: 'refused',
    code: 'Unauthorized',
    message: 'Gamma answered 401',
  } as const satisfies GenerationStatus & LinkStatus;
  const memory = { said: 'completed' };

  it('loses no export that was paid for', async () => {
    world.provider(ready([]));
    world.links(...Array.from({ length: 6 }, () => refused), {
      kind: 'link',
      url: world.server.script('/made.pdf', file(pdf())),
    });
    const { result } = await world.copyUntilDone({
      memory,
      progress: { stored: {}, failed: {}, asked: ['pdf'], exports: { pdf: 'exp-1' } },
      generation: { exportAs: ['pdf'] },
    });
    expect(result?.detailType).toBe('Generation Archived');
  });

  it('loses no file whose link has expired meanwhile', async () => {
    world.provider(
      ready([
        { url: world.server.script('/gone', (_, response) => response.writeHead(404).end()) },
      ]),
      ...Array.from({ length: 6 }, () => refused),
      ready([{ url: world.server.script('/fresh', file(pdf())) }]),
    );
    expect((await world.copyUntilDone({ memory })).result?.detailType).toBe('Generation Archived');
  });

  it('ends an export that it is refused for minutes', async () => {
    world.provider(ready([]));
    world.links(refused);
    const { result } = await world.copyUntilDone({
      memory,
      progress: { stored: {}, failed: {}, asked: ['pdf'], exports: { pdf: 'exp-1' } },
      generation: { exportAs: ['pdf'] },
    });
    expect(result?.detail.error?.code).toBe('Unauthorized');
  });
});
