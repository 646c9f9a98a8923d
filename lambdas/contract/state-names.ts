/** States that announce something on the way; every other state of that name announces the end. */
const onTheWay: readonly string[] = [
  'Announce question',
  'Announce acceptance',
  'Announce progress',
];

/**
 * Whether an execution that is in a state is about to end: what it announces there is its result,
 * and a consumer of it may be faster than the end.
 */
export const announcesEnd = (state: string): boolean =>
  state.startsWith('Announce ') && !onTheWay.includes(state);
