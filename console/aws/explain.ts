import { actionOf } from './clients.ts';

/** A failure that a person can do something about: its message says what. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
}

/** Where requests went. */
export interface Place {
  readonly stackName: string;
  readonly region: string;
  /** Of the AWS configuration, where one was named. */
  readonly profile?: string | undefined;
}

const permissionIn = (error: Error): string =>
  /not authorized to perform:? (?<action>[\w-]+:\w+)/.exec(error.message)?.groups?.['action'] ??
  actionOf(error) ??
  'that it does not name';

const credentialsAdvice =
  'sign in (aws sso login, aws configure), or set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables';

const byName = (error: Error, { stackName, region, profile }: Place): string | undefined => {
  const { name } = error;
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return `there are no AWS credentials${profile === undefined ? '' : ` in the profile ${profile}`}: ${credentialsAdvice} (${error.message})`;
  if (
    /TimeTooSkewed|RequestExpired|Signature (expired|not yet current)/.test(
      `${name} ${error.message}`,
    )
  )
    return `the clock of this machine differs from AWS's (${name}): set it`;
  if (refusedCredentials.test(name) || isTokenOf(error))
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

/** Names that the services have for credentials that are wrong, or were valid until now. */
const refusedCredentials =
  /^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|TokenRefreshRequired|AuthFailure|NotSignedUp|OptInRequired)/;

/** Step Functions calls a page of its list a token as well: S3 and CloudFormation mean the session's. */
const isTokenOf = (error: Error): boolean =>
  error.name === 'InvalidToken' && /^(s3|cloudformation):/.test(actionOf(error) ?? '');

/** Whether nothing that AWS said is behind an error: the name was not found, or the way is cut. */
const isUnreachable = ({ name }: Error, code: string): boolean =>
  name === 'TimeoutError' ||
  /^(ENOTFOUND|EAI_|ECONN|EHOST|ENET|ETIMEDOUT|EPIPE|EPROTO|ERR_SSL|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(
    code,
  );

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
  const found: unknown = Reflect.get(error, 'code');
  const code = typeof found === 'string' ? found : '';
  if (isUnreachable(error, code))
    return `AWS in ${place.region} cannot be reached (${code || error.name}): check the region's name and the network`;
  // Of this machine: a folder that may not be written, a full disk, a port that is taken.
  if (code !== '' && typeof Reflect.get(error, 'syscall') === 'string') return error.message;
  const status: unknown = Reflect.get(Object(Reflect.get(error, '$metadata')), 'httpStatusCode');
  return typeof status === 'number'
    ? `AWS answered ${actionOf(error) ?? 'a request'} with ${error.name}: ${error.message}`
    : undefined;
};
