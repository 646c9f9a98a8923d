import { actionOf } from './clients.ts';

/** A failure that a person can do something about: its message says what. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
}

/** Where requests went. */
export interface Place {
  readonly stackName: string;
  readonly region: string;
}

const permissionIn = (error: Error): string =>
  /not authorized to perform:? (?<action>[\w-]+:\w+)/.exec(error.message)?.groups?.['action'] ??
  actionOf(error) ??
  'that it does not name';

const credentialsAdvice =
  'sign in (aws sso login, aws configure), or set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables';

const byName = (error: Error, { stackName, region }: Place): string | undefined => {
  const { name } = error;
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return `there are no AWS credentials: ${credentialsAdvice}`;
  if (
    /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature/.test(
      name,
    )
  )
    return `AWS does not take these credentials (${name}): ${credentialsAdvice}`;
  if (
    /AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized/.test(name) ||
    /is not authorized to perform/.test(error.message)
  )
    return `AWS refuses it: the permission ${permissionIn(error)} is missing. docs/operate.md has the policies for looking and for acting`;
  if (name === 'ValidationError' && /does not exist/.test(error.message))
    return `there is no stack ${stackName} in ${region}: name another with --stack, or another region with --region`;
  if (/Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/.test(name))
    return `AWS holds requests back (${actionOf(error) ?? name}): try it again in a moment`;
  return undefined;
};

const unreachable: readonly string[] = [
  'ENOTFOUND',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EAI_AGAIN',
];

/**
 * What an error of AWS means for a person, and what to do.
 *
 * @returns `undefined` for what is a defect of our own
 */
export const explain = (error: unknown, place: Place): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof ConsoleError) return error.message;
  if (error.message.startsWith('Region not accepted'))
    return `'${place.region}' is no region: use a name such as eu-west-1`;
  if (error.message.startsWith('Region is missing'))
    return 'there is no region: set AWS_REGION, or name one with --region';
  const known = byName(error, place);
  if (known !== undefined) return known;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string' && unreachable.includes(code))
    return `AWS in ${place.region} cannot be reached (${code}): check the region's name and the network`;
  // Of this machine: a folder that may not be written, a full disk, a port that is taken.
  if (typeof code === 'string' && typeof Reflect.get(error, 'syscall') === 'string')
    return error.message;
  const status: unknown = Reflect.get(Object(Reflect.get(error, '$metadata')), 'httpStatusCode');
  return typeof status === 'number'
    ? `AWS answered ${actionOf(error) ?? 'a request'} with ${error.name}: ${error.message}`
    : undefined;
};
