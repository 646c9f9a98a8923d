import { createLogUpdate } from 'log-update';
import type { LocalEvent } from './event-bus.ts';
import { linesOf, newsOf } from './progress-lines.ts';
import { advance } from './progress.ts';
import type { ProgressEvent, Rows } from './progress.ts';

/** Where progress is shown. */
export interface Display {
  show(event: ProgressEvent): void;
  /** Tells a person something that stays to be read; programs are told events alone. */
  readonly say: (text: string) => void;
  /** Leaves the terminal to somebody else, until what it returns is called. */
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
  const redraw = (): void => {
    if (isHeld || isOver) return;
    // A line that wraps could not be taken back.
    const lines = linesOf(rows(), now()).map((line) => line.slice(0, output.columns - 1));
    update(lines.join('\n'));
  };
  const leave = (): void => {
    update(linesOf(rows(), now()).join('\n'));
    update.done();
  };
  const timer = setInterval(redraw, redrawEvery);
  timer.unref();
  return {
    show: redraw,
    say: (text) => {
      if (isHeld || isOver) output.write(`${text}\n`);
      else update.persist(text);
    },
    hold: () => {
      leave();
      isHeld = true;
      return () => {
        isHeld = false;
        redraw();
      };
    },
    end: () => {
      clearInterval(timer);
      leave();
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
  const canRedraw = output.isTTY && output.columns > 0; // a terminal of unknown size cannot be redrawn
  const plain = canRedraw ? terminalDisplay : lineDisplay;
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
