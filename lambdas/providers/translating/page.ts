import { originsOnly } from './http-link.ts';
import { providerText } from './text.ts';

/** Longest quotation of a page, in UTF-16 units. */
const maxQuotation = 80;

/** Where a title is looked for: a page begins with it. */
const beginning = 20_000;

const quoted = (text: string): string => {
  const cleaned = providerText(originsOnly(text), maxQuotation);
  return cleaned === '' ? '' : ` "${cleaned}"`;
};

/** What came in place of JSON, for people: what it is, and its title or its first words. */
export const describePage = (text: string): string => {
  const page = text
    .slice(0, beginning)
    .replace(/^\uFEFF/, '')
    .trim();
  if (page === '') return 'an empty body';
  if (/^(?:<!doctype html|<html|<head|<body|<title)/i.test(page)) {
    const title = /<title[^>]*>(?<title>[^<]*)/i.exec(page)?.groups?.['title'] ?? '';
    return `an HTML page${quoted(title)}`;
  }
  if (page.startsWith('<')) return 'a page of markup';
  if (/^[[{"]/.test(page)) return 'JSON that breaks off';
  return `the text${quoted(page)}`;
};
