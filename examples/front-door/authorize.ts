import { createHash, timingSafeEqual } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** What is read of a request: API Gateway's format 2.0, names of headers in lower case. */
interface Asking {
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Milliseconds after which the token is read again: it may have been replaced. */
const keptFor = 60_000;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Lets a request through that has the bearer token. Digests of one length are compared, in a time that
 * tells nothing about them.
 *
 * @param readToken reads the token that counts
 * @param now milliseconds since 1970
 */
export const createAuthorizer = (readToken: () => Promise<string>, now: () => number) => {
  let kept: { readonly token: string; readonly until: number } | undefined;
  const token = async (): Promise<string> => {
    if (kept === undefined || now() >= kept.until)
      kept = { token: await readToken(), until: now() + keptFor };
    return kept.token;
  };
  return async ({ headers = {} }: Asking): Promise<{ isAuthorized: boolean }> => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(headers['authorization'] ?? '') ?? [];
    if (given === undefined) return { isAuthorized: false };
    const wanted = await token();
    return { isAuthorized: wanted !== '' && timingSafeEqual(digest(given), digest(wanted)) };
  };
};

const secrets = new SecretsManagerClient();

/** The authorizer of the door. */
export const handler = createAuthorizer(async () => {
  const command = new GetSecretValueCommand({ SecretId: process.env['TOKEN_SECRET_ARN'] });
  return (await secrets.send(command)).SecretString ?? '';
}, Date.now);
