import { confidentialWord } from '../fault-case.ts';
import type { Observed } from '../world/observed.ts';

/** The secret part of a link has this form; a hash is longer. */
const hex = /[0-9a-f]{32,}/g;

/** A request is in the state until it is accepted, and nowhere else. */
const mayHoldRequests = ['the input of an execution', 'the input of a start'];

/** In any case; nobody else uses the word. */
const tellsOf = new RegExp(confidentialWord, 'i');

const spellingsOf = (key: string): readonly string[] => [
  key,
  key.toUpperCase(),
  key.replaceAll(/./gsu, (sign) => `&#${sign.codePointAt(0) ?? 0};`),
  Buffer.from(`user:${key}`).toString('base64'),
];

/** Keys, links, requests and replies that were found where they should not be. */
export const leaks = ({ witness, objects, secrets }: Observed): string[] => {
  const ofLinks = new Set(secrets.filter((secret) => /^[0-9a-f]{32}$/.test(secret)));
  const keys = secrets.filter((secret) => !ofLinks.has(secret));
  const texts = [
    ...witness.exposures,
    ...[...objects]
      .filter(([key]) => key.endsWith('.json'))
      .map(([key, { body }]) => ({ where: key, text: body.toString('utf8') })),
  ];
  return texts.flatMap(({ where, text }) => {
    const holdsLink = (text.match(hex) ?? []).some((word) => ofLinks.has(word));
    const holdsKey = keys.some((key) =>
      spellingsOf(key).some((spelling) => text.includes(spelling)),
    );
    const tells = tellsOf.test(text) && !mayHoldRequests.includes(where);
    return [
      ...(holdsLink ? [`${where} holds a download link`] : []),
      ...(holdsKey ? [`${where} holds an API key`] : []),
      ...(tells ? [`${where} tells what a request or a reply says`] : []),
    ];
  });
};
