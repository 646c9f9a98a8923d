import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createDisplay } from '../../local/display.ts';
import type { ProgressEvent } from '../../local/progress.ts';
import { openTerminal } from '../../tools/recording/terminal.ts';

const started = (generationId: string): ProgressEvent => ({
  kind: 'started',
  at: 0,
  generations: [{ provider: 'gamma', generationId }],
});

/** A display, and what it has written since it was last looked at. */
const show = (options: { readonly isTTY?: boolean; readonly json?: boolean }) => {
  const stream = new PassThrough();
  const output = Object.assign(stream, {
    isTTY: options.isTTY === true,
    columns: 100,
    rows: 30,
  }) as unknown as NodeJS.WriteStream;
  const display = createDisplay({ output, json: options.json === true, now: () => 0 });
  return { display, written: () => String(stream.read() ?? '') };
};

describe('the display', () => {
  it('writes a line for each change, and what is said between them', () => {
    const { display, written } = show({});
    display.show(started('gen-1'));
    display.say('Chronicle asks');
    expect(written()).toMatch(/^· {2}gamma {2}gen-1 .*\nChronicle asks\n$/);
  });

  it('tells programs nothing but events', () => {
    const { display, written } = show({ json: true });
    display.show(started('gen-1'));
    display.say('Chronicle asks');
    display.show({
      kind: 'announced',
      at: 1,
      event: { detailType: 'Generation Rejected', detail: { version: '1' } },
    });
    display.hold()();
    display.end();
    expect(written()).toBe('{"detailType":"Generation Rejected","detail":{"version":"1"}}\n');
  });

  it('keeps out of the way while somebody else has the terminal, and comes back', () => {
    const { display, written } = show({ isTTY: true });
    display.show(started('gen-1'));
    const release = display.hold();
    expect(written()).toContain('gen-1');
    display.show(started('gen-2'));
    expect(written()).toBe('');
    display.say('Chronicle asks');
    expect(written()).toBe('Chronicle asks\n');
    release();
    expect(written()).toContain('gen-2');
    display.say('It was answered');
    expect(written()).toContain('It was answered');
    display.end();
    expect(written()).toContain('gen-1');
  });

  it('draws nothing once it has ended, also where the terminal is given back later', () => {
    const { display, written } = show({ isTTY: true });
    display.show(started('gen-1'));
    const release = display.hold();
    display.end();
    display.end();
    written();
    release();
    expect(written()).toBe('');
    display.say('interrupted');
    expect(written()).toBe('interrupted\n');
  });
});

const longProblem =
  'ExportLinkExpired: the link of the export had expired; send the event again, and it is asked for anew';

const failed = (generationId: string): ProgressEvent => ({
  kind: 'announced',
  at: 30_000,
  event: {
    detailType: 'Generation Not Archived',
    detail: {
      provider: 'gamma',
      generationId,
      error: { code: 'DownloadFailed', message: longProblem },
      timing: { checks: 7 },
    },
  },
});

describe('the display in a terminal', () => {
  it.each([
    [40, 24],
    [80, 24],
    [120, 8],
    [120, 30],
    [300, 12],
  ])('loses no row at its end, in %i columns and %i lines', async (columns, rows) => {
    const screen = openTerminal(columns, rows);
    const display = createDisplay({ output: screen.output, json: false, now: () => 30_000 });
    const ids = Array.from({ length: 10 }, (_, index) => `generation-${index}`);
    for (const id of ids) display.show(started(id));
    expect(await screen.wrapped()).toEqual([]);
    for (const id of ids) display.show(failed(id));
    display.end();

    const lines = await screen.lines();
    const shown = lines.filter((line) => line.startsWith('✗'));
    expect(shown).toHaveLength(ids.length);
    expect(await screen.wrapped()).toEqual([]);
    // Nothing is left of what was drawn while it ran.
    expect(lines.filter((line) => line.startsWith('·'))).toEqual([]);
    const text = lines.map((line) => line.trim()).join(' ');
    expect(text.split(longProblem)).toHaveLength(ids.length + 1);
  });

  it('leaves every line of a long question to be read, and goes on below it', async () => {
    const screen = openTerminal(80, 6);
    const display = createDisplay({ output: screen.output, json: false, now: () => 0 });
    display.show(started('gen-1'));
    const question = Array.from({ length: 20 }, (_, index) => `line ${index} of the question`);
    display.say(question.join('\n'));
    display.end();
    const lines = await screen.lines();
    expect(lines.slice(0, 20)).toEqual(question);
    expect(lines.slice(20)).toEqual([expect.stringMatching(/^· {2}gamma {2}gen-1/)]);
  });
});
