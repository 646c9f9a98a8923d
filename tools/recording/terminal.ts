import { Writable } from 'node:stream';
import xterm from '@xterm/headless';

/** A terminal without a window: what a program has written, as a person would see it. */
export interface Terminal {
  readonly output: NodeJS.WriteStream;
  /** The lines of the screen as it is now. */
  readonly screen: () => readonly string[];
  /** Every line since the beginning, also those that left the screen at its top; no blank ones. */
  readonly lines: () => Promise<readonly string[]>;
  /** What did not fit on its line and went on in the next. */
  readonly wrapped: () => Promise<readonly string[]>;
}

/**
 * Opens a terminal of that size.
 *
 * @param onChange called after each piece of output has reached the screen
 */
export const openTerminal = (
  columns: number,
  rows: number = 30,
  onChange: () => void = () => undefined,
): Terminal => {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback: 10_000,
    convertEol: true,
    allowProposedApi: true,
  });
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (chunk.length === 0) {
        done();
        return;
      }
      terminal.write(chunk, () => {
        onChange();
        done();
      });
    },
  });
  const output = Object.assign(stream, { isTTY: true, columns, rows });

  const { active } = terminal.buffer;
  /** Everything that was written before has reached the screen: the stream keeps the order. */
  const settled = (): Promise<unknown> =>
    new Promise((resolve) => {
      stream.write('', () => resolve(undefined));
    });
  const linesFrom = (first: number): readonly { text: string; goesOn: boolean }[] =>
    Array.from({ length: active.length - first }, (_, index) => {
      const line = active.getLine(first + index);
      return { text: line?.translateToString(true) ?? '', goesOn: line?.isWrapped === true };
    });
  const allLines = async (): Promise<readonly { text: string; goesOn: boolean }[]> => {
    await settled();
    return linesFrom(0);
  };
  return {
    output: output as unknown as NodeJS.WriteStream,
    screen: () => linesFrom(active.baseY).map(({ text }) => text),
    lines: async () => (await allLines()).map(({ text }) => text).filter((text) => text !== ''),
    wrapped: async () => (await allLines()).filter(({ goesOn }) => goesOn).map(({ text }) => text),
  };
};
