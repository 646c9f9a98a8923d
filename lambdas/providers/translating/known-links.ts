import { isHttpLink, withoutUserInfo } from './http-link.ts';

/** A spelling in which a download link can occur, and what takes the place of the link. */
interface Spelling {
  readonly text: string;
  readonly replacement: string;
}

/** Spellings in the order of their texts, so that the one at a place in a text is found by halving. */
interface Sorted extends Spelling {
  /** The longest other spelling that this one begins with. */
  readonly within: Sorted | undefined;
}

/** Download links, ready to be searched for in any number of texts. */
export interface KnownLinks {
  readonly sorted: readonly Sorted[];
  /** Length of the longest spelling. */
  readonly longest: number;
}

const spellingsOf = (link: string): readonly Spelling[] => {
  const plain = withoutUserInfo(link);
  if (!isHttpLink(plain)) return [];
  const { href, origin, pathname, search, hash } = new URL(plain);
  // A bare origin has no secret, and other hosts begin with it.
  if (`${pathname}${search}${hash}` === '/') return [];
  // The path is searched for without its query, which another field may lack.
  const cut = (text: string): string => (pathname.length > 1 ? text.replace(/[?#].*$/s, '') : text);
  const replacement = `${origin}/…`;
  const texts = [cut(plain), cut(href)];
  // A provider may leave the scheme out.
  const schemeless = texts.map((text) => text.replace(/^https:(?=\/\/)/i, ''));
  return [...new Set([...texts, ...schemeless])]
    .flatMap((text) => [
      text,
      encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '')),
      text.replaceAll('/', String.raw`\/`),
    ])
    .map((text) => ({ text, replacement }));
};

const byText = (a: Spelling, b: Spelling): number => {
  if (a.text === b.text) return 0;
  return a.text < b.text ? -1 : 1;
};

/** Prepares links to be found; those that are no absolute http(s) links are passed over. */
export const knownLinks = (links: readonly string[] = []): KnownLinks => {
  const spellings = [...new Set(links)].flatMap(spellingsOf).toSorted(byText);
  const sorted: Sorted[] = [];
  for (const spelling of spellings) {
    let within = sorted.at(-1);
    if (within?.text === spelling.text) continue;
    while (within !== undefined && !spelling.text.startsWith(within.text)) within = within.within;
    sorted.push({ ...spelling, within });
  }
  const longest = sorted.reduce((length, { text }) => Math.max(length, text.length), 0);
  return { sorted, longest };
};

/** The longest known link with which a text goes on. */
const knownAt = (text: string, { sorted }: KnownLinks): Sorted | undefined => {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if ((sorted[middle]?.text ?? '') <= text) from = middle + 1;
    else to = middle;
  }
  let found = sorted[from - 1];
  while (found !== undefined && !text.startsWith(found.text)) found = found.within;
  return found;
};

/** How any spelling begins. */
const beginning = /https?(?::\/\/|%3A%2F%2F|:\\\/\\\/)|(?<!:)\/\/|(?<![:/])\\\/\\\//gi;

/** What belongs to a link: all that follows without a gap, such as a query or a longer path. */
const restOfLink = /[\s"<>]/g;

const endOfWord = (text: string, from: number): number => {
  restOfLink.lastIndex = from;
  return restOfLink.exec(text)?.index ?? text.length;
};

/**
 * A text in which every known link is reduced to its origin, followed by `/…`. Each place where a
 * link begins is looked at once, however many links are known.
 */
export const withoutKnownLinks = (text: string, known: KnownLinks): string => {
  const { longest } = known;
  if (longest === 0) return text;
  let result = '';
  let from = 0;
  for (const { index } of text.matchAll(beginning)) {
    if (index < from) continue;
    const found = knownAt(text.slice(index, index + longest), known);
    if (found === undefined) continue;
    result += text.slice(from, index) + found.replacement;
    from = endOfWord(text, index + found.text.length);
  }
  return result + text.slice(from);
};
