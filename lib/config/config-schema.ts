import { z } from 'zod';
import { serverSideEncryptions } from '../../lambdas/contract/environment.ts';
import { maxTimeoutMinutes } from '../../lambdas/contract/generation.ts';
import type { Provider } from '../../lambdas/providers/provider.ts';
import * as fields from './config-fields.ts';

/** The settings of one provider. */
export const providerSchema = (provider: Provider, allowInsecureSources: boolean) => {
  const fieldsOfProvider = z.strictObject(
    {
      /**
       * Address of the provider's API, without a trailing slash. Default: the published one; Duomi
       * publishes none.
       */
      baseUrl: fields.baseUrl(allowInsecureSources).optional(),
      /** Minutes from the event after which following ends, where the event names none. */
      timeoutMinutes: fields.wholeNumber('minutes', 1, maxTimeoutMinutes).optional(),
      /** Seconds between checks at the start. */
      checkIntervalSeconds: fields.intervalSeconds().optional(),
      /** Seconds before the first check. */
      firstCheckSeconds: fields.wholeNumber('seconds', 0, 3600).optional(),
      /**
       * Most checks at a time: reserved concurrency of the status-check function. Default: the
       * account's own limit.
       */
      maxConcurrentChecks: fields.wholeNumber('checks', 1, 10_000).optional(),
    },
    'use an object of settings; {} takes the defaults',
  );
  return fieldsOfProvider.refine(
    ({ baseUrl }) => baseUrl !== undefined || provider.baseUrl !== undefined,
    fields.needsBaseUrl(provider, allowInsecureSources),
  );
};

/**
 * What the construct takes, but for the resources of its own; `providers` are the ones that it may
 * deploy.
 */
export const archiverSchema = (providers: readonly Provider[], allowInsecureSources: boolean) =>
  z.strictObject(
    {
      /** The bus that triggers arrive on and results are sent to. */
      eventBusName: fields.eventBusName().default('generation-archiver'),
      /** `false` uses a bus of that name that exists already, for example `default`. */
      createEventBus: fields.flag().default(true),
      /** An existing bucket; `null` creates one. */
      bucketName: fields.bucketName().nullable().default(null),
      /** The encryption header of every write; default: see `ArtifactStore`. */
      serverSideEncryption: z
        .enum(serverSideEncryptions, 'use "none", "AES256", "aws:kms" or "aws:kms:dsse"')
        .optional(),
      /** Put before every key, for example `decks/`. */
      keyPrefix: fields.keyPrefix().default(''),
      /** First part of every secret's name: `<secretPrefix>/<provider>/<credential>`. */
      secretPrefix: fields.secretPrefix().default('generation-archiver'),
      /** Topic that every alarm notifies. */
      alarmTopicArn: fields.topicArn().nullable().default(null),
      /** `false` makes no alarms: no one is told when the archiver needs a person. */
      alarms: fields.flag().default(true),
      /** `false` makes no CloudWatch dashboard. */
      dashboard: fields.flag().default(true),
      /**
       * What happens to the bucket when the stack is deleted. `destroy` deletes it with everything
       * in it.
       */
      removalPolicy: z.enum(['retain', 'destroy'], 'use "retain" or "destroy"').default('retain'),
      /** Lets `http:` and private addresses through: for tests against a local server only. */
      allowInsecureSources: fields.flag().default(false),
      /** Hosts of providers and of their files that may have private addresses, as in a VPC. */
      privateHosts: fields.privateHosts().default([]),
      /** The providers to deploy, each with its settings. */
      providers: z
        .strictObject(
          Object.fromEntries(
            providers.map((provider) => [
              provider.name,
              providerSchema(provider, allowInsecureSources).optional(),
            ]),
          ),
          'use an object that names a provider or more, for example {"gamma": {}}',
        )
        .refine((value) => Object.keys(value).length > 0, {
          message: 'name a provider or more, for example {"gamma": {}}',
          // A misspelt provider is one problem, not two.
          when: ({ issues }) => issues.length === 0,
        }),
    },
    'use an object, for example {"providers": {"gamma": {}}}',
  );

/** What the CDK app takes: the same, and the stack's name. */
export const appSchema = (providers: readonly Provider[], allowInsecureSources: boolean) =>
  archiverSchema(providers, allowInsecureSources).extend({
    stackName: fields.stackName().default('GenerationArchiver'),
  });
