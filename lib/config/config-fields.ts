import { Token } from 'aws-cdk-lib';
import { z } from 'zod';
import { parseUrl } from '../../lambdas/contract/parse-url.ts';
import type { Provider } from '../../lambdas/providers/provider.ts';

/** Each field refuses with its remedy: what would be right, whatever is wrong. */
const refusing = (remedy: string, isRight: (value: string) => boolean) =>
  // An app may pass a value that is known only at deployment: it cannot be
  // checked here.
  z.string(remedy).refine((value) => Token.isUnresolved(value) || isRight(value), remedy);

const matching = (remedy: string, pattern: RegExp) =>
  refusing(remedy, (value) => pattern.test(value));

/** A whole number with its unit, both bounds included. */
export const wholeNumber = (unit: string, min: number, max: number) => {
  const remedy = `use a whole number of ${unit} from ${min} to ${max}`;
  return z.int(remedy).min(min, remedy).max(max, remedy);
};

/** Seconds between two checks; fractions are allowed. */
export const intervalSeconds = () => {
  const remedy = 'use a number of seconds from 1 to 3600';
  return z.number(remedy).min(1, remedy).max(3600, remedy);
};

/** Yes or no. */
export const flag = () => z.boolean('use true or false');

/** AWS CloudFormation User Guide, "Stack name". */
export const stackName = () =>
  matching(
    'use a letter, then letters, digits or "-", at most 128',
    /^[A-Za-z][A-Za-z0-9-]{0,127}$/,
  );

/** Amazon EventBridge API Reference, "CreateEventBus". */
export const eventBusName = () =>
  matching('use 1 to 256 letters, digits, ".", "-" or "_"', /^[A-Za-z0-9._-]{1,256}$/);

/** Amazon S3 User Guide, "General purpose bucket naming rules". */
export const bucketName = () =>
  refusing(
    'use null for a new bucket, or the name of an existing one (3 to 63 lower-case letters, digits, "." or "-")',
    (value) =>
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value) &&
      !value.includes('..') &&
      !/^[\d.]+$/.test(value),
  );

/**
 * Longest key prefix: with a provider, an id of 200 characters and a file name it stays far below
 * S3's 1,024 bytes.
 */
const maxKeyPrefix = 200;

/**
 * Safe in a key (Amazon S3 User Guide, "Naming Amazon S3 objects"), but for `*`: the prefix becomes
 * part of a permission.
 */
const isFolder = (name: string): boolean =>
  /^[A-Za-z0-9!_.'()-]+$/.test(name) && !/^\.+$/.test(name);

/** Folders before every key; what comes out is empty or ends in `/`. */
export const keyPrefix = () =>
  refusing(
    `use "", or folders of letters, digits and !-_.'() without "/" in front, for example "decks/"`,
    (value) => {
      const folders = value.replace(/\/$/, '').split('/');
      return value === '' || (value.length <= maxKeyPrefix && folders.every(isFolder));
    },
  ).transform((value) => (value === '' || value.endsWith('/') ? value : `${value}/`));

/**
 * AWS Secrets Manager API Reference, "CreateSecret". Not `*` or `?`: the prefix becomes part of a
 * permission.
 */
export const secretPrefix = () =>
  matching(
    'use 1 to 200 letters, digits and /_+=.@- without "/" in front or at the end',
    /^(?!\/)[A-Za-z0-9/_+=.@-]{1,200}(?<!\/)$/,
  );

/** Most hosts that may be private: they go into an environment variable. */
const maxPrivateHosts = 20;

/** A full name, or `*.` and one of two parts at least: never a whole top-level domain. */
const hostPattern =
  /^(?=.{1,253}$)(?:\*\.(?=[^.]+\.[^.]))?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Hosts that may have private addresses. */
export const privateHosts = () => {
  const remedy = `use a list of at most ${maxPrivateHosts} names of hosts, for example ["files.example.com", "*.decks.example.com"]`;
  return z.array(matching(remedy, hostPattern), remedy).max(maxPrivateHosts, remedy);
};

/** ARN of an SNS topic. */
export const topicArn = () =>
  matching(
    'use null, or the ARN of an SNS topic: "arn:aws:sns:<region>:<account>:<name>"',
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9._-]+$/,
  );

const isBaseUrl = (value: string, allowInsecureSources: boolean): boolean => {
  const url = parseUrl(value);
  if (url === undefined || /[/?#]$|[?#]/.test(value)) return false;
  const { protocol, username, password } = url;
  return (
    username === '' &&
    password === '' &&
    (protocol === 'https:' || (allowInsecureSources && protocol === 'http:'))
  );
};

const addressRemedy = (allowInsecureSources: boolean): string => {
  const scheme = allowInsecureSources ? 'https:// or http://' : 'https://';
  return `use an ${scheme} address without "/" at the end, user name or query, for example "https://api.example.com"`;
};

/** Address of a provider's API. */
export const baseUrl = (allowInsecureSources: boolean) =>
  refusing(addressRemedy(allowInsecureSources), (value) => isBaseUrl(value, allowInsecureSources));

/**
 * The rule that an address is left out only where the provider publishes one; told beside every
 * other problem.
 */
export const needsBaseUrl = ({ title }: Provider, allowInsecureSources: boolean) => ({
  path: ['baseUrl'],
  message: `${title} publishes no address of its API, so name yours; ${addressRemedy(allowInsecureSources)}`,
  when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null,
});
