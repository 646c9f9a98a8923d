import { checkTrigger } from 'generation-archiver/events';
import { detailTypes } from './triggers.ts';

/** What is read of a request: API Gateway's format 2.0. */
interface Asking {
  readonly pathParameters?: { readonly trigger?: string };
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** An answer of the door. */
interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const answer = (statusCode: number, body: object): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/**
 * Tells what `Generation Rejected` would say about a body, without sending it: what is wrong with its
 * fields. What the provider's own create request needs, and what runs already, only the archiver knows.
 */
export const handler = async (request: Asking): Promise<Answer> => {
  const { pathParameters: { trigger = '' } = {}, body = '', isBase64Encoded = false } = request;
  const detailType = Object.hasOwn(detailTypes, trigger) ? detailTypes[trigger] : undefined;
  if (detailType === undefined)
    return answer(404, { message: `known: ${Object.keys(detailTypes).join(', ')}` });
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  const deployed = (process.env['PROVIDERS'] ?? '').split(',');
  const error = checkTrigger(detailType, parse(text), deployed);
  return error === undefined ? answer(200, { detailType }) : answer(400, { detailType, error });
};
