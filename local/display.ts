import { createLogUpdate } from 'log-update';
import type { LocalEvent } from './event-bus.ts';
import { newsOf } from './progress-lines.ts';
import { finalTableOf, tableOf } from './progress-table.ts';
import { advance } from './progress.ts';
import type { ProgressEvent, Rows } from './progress.ts';

/** Where progress is shown. */
export interface Display {
  show(event: ProgressEvent): void;
  /** Tells a person something that stays to be read; programs are told events alone. */
  readonly say: (text: string) => void;
  /** Leaves the terminal to another writer, until the function that it returns is called. */
  readonly hold: () => () => void;
  /** What was shown so far. */
  rows(): Rows;
  /** Shows the last state and leaves it there. */
  end(): void;
}

type Shown = Omit<Display, 'rows'>;

const nothingToHold = (): (() => void) => () => undefined;

/** Milliseconds between two redraws: the seconds count on while nothing happens. */
const redrawEvery = 250;

/** Columns of the terminal; `undefined` where there is none, or one that does not tell its size. */
export const columnsOf = ({ isTTY, columns }: NodeJS.WriteStream): number | undefined =>
  isTTY && columns > 0 ? columns : undefined;

/** One JSON line for each event of the bus, and nothing else: for programs. */
const jsonDisplay = (output: NodeJS.WriteStream): Shown => ({
  show: (event) => {
    if (event.kind !== 'announced') return;
    const { detailType, detail }: LocalEvent = event.event;
    output.write(`${JSON.stringify({ detailType, detail })}\n`);
  },
  say: () => undefined,
  hold: nothingToHold,
  end: () => undefined,
});

/** One line for each change: for files and pipes. */
const lineDisplay = (output: NodeJS.WriteStream, rows: () => Rows, now: () => number): Shown => {
  let before: Rows = new Map();
  return {
    show: () => {
      for (const line of newsOf(before, rows(), now())) output.write(`${line}\n`);
      before = rows();
    },
    say: (text) => {
      output.write(`${text}\n`);
    },
    hold: nothingToHold,
    end: () => undefined,
  };
};

const terminalDisplay = (
  output: NodeJS.WriteStream,
  rows: () => Rows,
  now: () => number,
): Shown => {
  const update = createLogUpdate(output);
  let isHeld = false;
  let isOver = false;
  let drawn = 0;
  const redraw = (): void => {
    if (isHeld || isOver) return;
    const lines = tableOf(rows(), now(), output);
    // The library patches what it drew before, and loses lines where there are more of them now.
    if (lines.length !== drawn) update.clear();
    drawn = lines.length;
    if (drawn > 0) update(lines.join('\n'));
  };
  /** Writes what is not redrawn any more, whole and however long it is. */
  const leave = (text: string): void => {
    update.clear();
    drawn = 0;
    if (text !== '') output.write(`${text}\n`);
  };
  const leaveTable = (): void => {
    leave(finalTableOf(rows(), now(), output.columns).join('\n'));
    update.done();
  };
  const timer = setInterval(redraw, redrawEvery);
  timer.unref();
  return {
    show: redraw,
    say: (text) => {
      leave(text);
      redraw();
    },
    hold: () => {
      leaveTable();
      isHeld = true;
      return () => {
        isHeld = false;
        redraw();
      };
    },
    end: () => {
      clearInterval(timer);
      leaveTable();
      isOver = true;
    },
  };
};

/**
 * Shows progress: redrawn in a terminal, a line for each change where the output is a file or a
 * pipe, JSON lines on request.
 */
export const createDisplay = ({
  output,
  json,
  now,
}: {
  output: NodeJS.WriteStream;
  json: boolean;
  now: () => number;
}): Display => {
  let rows: Rows = new Map();
  const current = (): Rows => rows;
  const plain = columnsOf(output) === undefined ? lineDisplay : terminalDisplay;
  let hasEnded = false;
  const shown = json ? jsonDisplay(output) : plain(output, current, now);
  return {
    show: (event) => {
      rows = advance(rows, event);
      shown.show(event);
    },
    rows: current,
    say: (text) => shown.say(text),
    hold: () => shown.hold(),
    end: () => {
      if (!hasEnded) shown.end();
      hasEnded = true;
    },
  };
};
