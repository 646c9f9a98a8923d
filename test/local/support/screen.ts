import { Writable } from 'node:stream';
import xterm from '@xterm/headless';

/** A terminal without a window: what a program has written, as a person would see it. */
export interface Screen {
  readonly output: NodeJS.WriteStream;
  /** Every line since the beginning, also those that left the screen at its top; no blank ones. */
  readonly lines: () => Promise<readonly string[]>;
  /** What did not fit on its line and went on in the next. */
  readonly wrapped: () => Promise<readonly string[]>;
}

/** Opens a terminal of that size. */
export const openScreen = (columns: number, rows: number = 30): Screen => {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback: 10_000,
    convertEol: true,
    allowProposedApi: true,
  });
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => terminal.write(chunk, () => done()),
  });
  const output = Object.assign(stream, { isTTY: true, columns, rows });

  const select = async (wanted: 'all' | 'wrapped'): Promise<readonly string[]> => {
    await new Promise((resolve) => {
      stream.write('', resolve);
    });
    const { active } = terminal.buffer;
    return Array.from({ length: active.length }, (_, index) => active.getLine(index))
      .filter((line) => line !== undefined && (wanted === 'all' || line.isWrapped))
      .map((line) => line?.translateToString(true) ?? '')
      .filter((text) => text !== '');
  };
  return {
    output: output as unknown as NodeJS.WriteStream,
    lines: () => select('all'),
    wrapped: () => select('wrapped'),
  };
};
