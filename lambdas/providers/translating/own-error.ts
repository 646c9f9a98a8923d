import type { JsonAnswer } from '../provider-answer.ts';

/**
 * Whether the JSON body of an error is in a provider's own shape. What stands between (a firewall,
 * a load balancer, an API gateway) answers with the same statuses and in shapes of its own.
 */
export type IsOwnError = (body: unknown) => boolean;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '';

const isList = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

/** A text, or NestJS's list of texts. */
const isMessage = (value: unknown): boolean =>
  isText(value) || (isList(value) && (value as unknown[]).every(isText));

/** The HTTP status of an error, repeated in its body. */
const isErrorStatus = (value: unknown): boolean => {
  const status = isText(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599;
};

/** A word such as `not_found`; a gateway's code is a number, also where it is a text. */
const isCode = (value: unknown): boolean => isText(value) && /\p{L}/u.test(value);

/**
 * `{ message, statusCode }`, as Gamma documents it; both are required (Gamma, Get generation
 * status, ErrorResponse). The same inside `error`, as in a failed job.
 */
export const isStatusCodeError: IsOwnError = (body) =>
  [fieldsOf(body), fieldsOf(fieldsOf(body)['error'])].some(
    ({ message, statusCode }) => isMessage(message) && isErrorStatus(statusCode),
  );

/** `{ error: { code, message } }`, as Chronicle, Perceptis and, for what it did not handle, Duomi. */
export const isCodedError: IsOwnError = (body) => isCode(fieldsOf(fieldsOf(body)['error'])['code']);

/**
 * `{ detail }`, a text or a list, as FastAPI writes it (Duomi, Errors). With `title` or `type`
 * beside it, it is a problem of RFC 9457: so write gateways, Cloudflare among them.
 */
export const isDetailError: IsOwnError = (body) => {
  const { detail, title, type } = fieldsOf(body);
  return (isText(detail) || isList(detail)) && title === undefined && type === undefined;
};

/**
 * For a provider that documents no errors: an object that tells more than a bare message, which is
 * all that API gateways send.
 */
export const isToldError: IsOwnError = (body) => {
  if (isDetailError(body) || isCodedError(body) || isStatusCodeError(body)) return true;
  const { message, error, title, type, code, error_code, status, success } = fieldsOf(body);
  if (title !== undefined || type !== undefined) return false;
  if (isMessage(fieldsOf(error)['message'])) return true;
  const isMore = isCode(code) || isCode(error_code) || isErrorStatus(status) || isText(error);
  return isMessage(message) && (isMore || success === false);
};

/**
 * The bare messages of API gateways, in lower case (Amazon API Gateway, Gateway response types;
 * Kong, response bodies of its router and plugins).
 */
const gatewayMessages: readonly string[] = [
  'access denied',
  'bad request',
  'forbidden',
  'invalid authentication credentials',
  'missing authentication token',
  'no api key found in request',
  'no route matched with those values',
  'not found',
  'unauthorized',
  'user is not authorized to access this resource',
  'user is not authorized to access this resource with an explicit deny',
];

/** What a gateway sends beside its message: the number of the request. */
const requestNumber = /^request[-_]?id$/i;

/** Said under `error` by Tyk alone. */
const tykErrors = ['access to this api has been disallowed', 'authorization field missing'];

const isOneOf = (known: readonly string[], value: unknown): boolean =>
  isText(value) && known.includes(value.trim().toLowerCase());

/** A gateway's own shape, with nothing in it that tells more. */
const isGatewayError = (fields: Fields): boolean => {
  const [name, ...others] = Object.keys(fields).filter((key) => !requestNumber.test(key));
  if (name === undefined || others.length > 0) return false;
  const value = fields[name];
  switch (name) {
    case 'message':
    case 'Message':
      return isOneOf(gatewayMessages, value);
    case 'error':
      return isOneOf(tykErrors, value);
    // Apigee (Handling faults, The default fault response).
    case 'fault':
      return isText(fieldsOf(value)['faultstring']);
    default:
      return false;
  }
};

/**
 * For a provider of which nothing is known: any JSON object that no gateway is known to send.
 * {@link IsOwnError} of a provider from outside that names none.
 */
export const isObjectError: IsOwnError = (body) => {
  const fields = fieldsOf(body);
  const names = Object.keys(fields);
  if (names.length === 0 || fields['cloudflare_error'] === true) return false;
  return fields['message'] !== null && !isGatewayError(fields);
};

/**
 * Headers with which something in between says that the answer is its own (Cloudflare, Detect a
 * Challenge Page response; Amazon API Gateway, Troubleshoot HTTP 403 errors; AWS WAF, CAPTCHA and
 * Challenge action behavior; Vercel, Response headers).
 */
const gatewayHeaders = [
  'cf-mitigated',
  'x-amzn-errortype',
  'x-amzn-waf-action',
  'x-vercel-error',
  'x-vercel-mitigated',
] as const;

/** Whether an error answer is a provider's own word. */
export const isOwnAnswer = ({ headers, body }: JsonAnswer, isOwnError: IsOwnError): boolean =>
  gatewayHeaders.every((name) => headers[name] === undefined) && isOwnError(body);
