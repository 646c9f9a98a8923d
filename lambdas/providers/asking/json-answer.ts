import type { ApiAnswer } from '../../contract/ports.ts';
import type { JsonAnswer } from '../provider-answer.ts';
import { apiKeyEraser } from '../redacting/api-key-echo.ts';
import { mapTexts } from '../redacting/map-texts.ts';
import { describePage } from '../translating/page.ts';
import { parseJson } from './lenient-json.ts';

/**
 * An answer with its body read as JSON. One that has none keeps its HTTP status and what came in its
 * place.
 */
export const jsonAnswerOf = ({ status, headers, text }: ApiAnswer): JsonAnswer => {
  if (text === undefined)
    return { status, headers, body: undefined, page: 'a body that was too long or broke off' };
  const json = parseJson(text);
  return json === undefined
    ? { status, headers, body: undefined, page: describePage(text) }
    : { status, headers, body: json.body };
};

/**
 * A provider that sends the key back must not bring it into an event, a log or an object: it is taken
 * out of every text, after JSON's own escapes are undone.
 */
export const readAnswerWithout = (apiKey: string, answer: ApiAnswer): JsonAnswer => {
  const eraser = apiKeyEraser(apiKey);
  if (eraser === undefined) return jsonAnswerOf(answer);
  const { erase, isIn } = eraser;
  const headers = mapTexts(answer.headers, erase) as ApiAnswer['headers'];
  const { text = '' } = answer;
  // Nearly all answers are as they came: a deck of megabytes is not copied for nothing.
  if (!isIn(text)) return jsonAnswerOf({ ...answer, headers });
  const json = parseJson(text);
  return json === undefined
    ? jsonAnswerOf({ ...answer, headers, text: erase(text) })
    : { status: answer.status, headers, body: mapTexts(json.body, erase) };
};
