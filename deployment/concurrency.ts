/** What Lambda may run at a time in an account and region, as `GetAccountSettings` tells. */
export interface AccountConcurrency {
  /** Functions at a time, all together. */
  readonly limit: number;
  /** What of it no function has reserved. */
  readonly unreserved: number;
}

/** What a deployment needs of it. */
export interface WantedConcurrency {
  /** `maxConcurrentChecks` of each provider that has one. */
  readonly perProvider: ReadonlyMap<string, number>;
  /** What the functions of the stack have reserved already, if it is deployed. */
  readonly held: number;
}

/** Whether a deployment can have what it wants. */
export type ConcurrencyFinding =
  | { readonly kind: 'enough' }
  /** It can, and few generations fill the account. */
  | { readonly kind: 'small'; readonly message: string }
  /** CloudFormation would fail, and roll the stack back. */
  | { readonly kind: 'refused'; readonly message: string };

/**
 * AWS Lambda Developer Guide, "Configuring reserved concurrency for a function": so much is left to
 * the functions that have reserved nothing. Where the account has less in all, nothing can be
 * reserved.
 */
const alwaysUnreserved = 100;

const askForMore =
  'ask AWS for more (it is free): aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000';

/** Compares what a deployment reserves with what the account can give. */
export const judgeConcurrency = (
  { limit, unreserved }: AccountConcurrency,
  { perProvider, held }: WantedConcurrency,
): ConcurrencyFinding => {
  const wanted = [...perProvider.values()].reduce((sum, one) => sum + one, 0);
  const available = Math.max(0, unreserved + held - Math.min(alwaysUnreserved, limit));
  if (wanted > available) {
    const each = [...perProvider].map(([provider, count]) => `${provider} ${count}`).join(', ');
    return {
      kind: 'refused',
      message:
        `maxConcurrentChecks reserves ${wanted} concurrent functions (${each}), and this account can give ${available}: ` +
        `it may run ${limit} at a time in this region, and Lambda leaves ${Math.min(alwaysUnreserved, limit)} of them to functions that reserve none. ` +
        `CloudFormation would roll the stack back. Leave maxConcurrentChecks out or lower it, or ${askForMore}`,
    };
  }
  if (limit >= alwaysUnreserved) return { kind: 'enough' };
  return {
    kind: 'small',
    message:
      `this account may run ${limit} functions at a time in this region, of all that it has: with many generations at once, ` +
      `checks and copies wait for a free place, and results come late. Before you rely on it, ${askForMore}`,
  };
};
