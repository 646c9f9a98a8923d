/** The screen at one moment. */
export interface Frame {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly lines: readonly string[];
}

/** A text that stands in one line of the screen for a while. */
export interface Span {
  /** Line of the screen, from 0. */
  readonly line: number;
  readonly text: string;
  /** Milliseconds since the beginning. */
  readonly from: number;
  readonly to: number;
}

/**
 * What stood where and how long, from the frames of a recording in their order.
 *
 * @param end when the last frame goes, milliseconds
 */
export const spansOf = (frames: readonly Frame[], end: number): readonly Span[] => {
  const height = Math.max(0, ...frames.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, line) => line).flatMap((line) => {
    const spans: Span[] = [];
    for (const [index, { at, lines }] of frames.entries()) {
      const text = lines[line] ?? '';
      const to = frames[index + 1]?.at ?? end;
      const last = spans.at(-1);
      if (last !== undefined && last.text === text && last.to === at)
        spans[spans.length - 1] = { ...last, to };
      else if (text !== '') spans.push({ line, text, from: at, to });
    }
    return spans;
  });
};
