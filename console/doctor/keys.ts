import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { createAskApi } from '../../lambdas/adapters/api.ts';
import { systemClock } from '../../lambdas/adapters/clock.ts';
import { isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import { readApiKey } from '../../lambdas/contract/api-key.ts';
import {
  environmentNames,
  providerSettingsSchema,
  secretName,
} from '../../lambdas/contract/environment.ts';
import type { Report } from '../../lambdas/polling/status.ts';
import { createAskProvider } from '../../lambdas/providers/asking/ask.ts';
import { builtIn, isProvider } from '../../lambdas/providers/registry.ts';
import { readJson } from '../../local/read-json.ts';
import { bad, doubtful, good, resourcesOf, type Found, type Look, type Patient } from './look.ts';

/** An id that no provider gives: asked for, it shows whether the key is taken, and costs nothing. */
const noGeneration = 'generation-archiver-doctor';

const settingsSchema = z.record(z.string(), providerSettingsSchema);

/** What intake was deployed with: the providers, and where their APIs are. */
const settingsOf = async (patient: Patient) => {
  const { clients, deployed } = patient;
  const functions = await resourcesOf(patient, 'AWS::Lambda::Function');
  const find = async (part: string) => {
    const FunctionName = functions.find(({ logicalId }) => logicalId.includes(part))?.physicalId;
    if (FunctionName === undefined) return {};
    const found = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return found.Environment?.Variables ?? {};
  };
  const [intake, copy] = await Promise.all([find('IntakeFunction'), find('CopyExportsFunction')]);
  return {
    providers: readJson(settingsSchema, intake[environmentNames.providers]) ?? {},
    secretPrefix: copy[environmentNames.secretPrefix] ?? deployed.secretPrefix,
    allowInsecureSources: copy[environmentNames.allowInsecureSources] === 'true',
  };
};

const readKey = async ({ clients }: Patient, SecretId: string): Promise<string | undefined> => {
  try {
    const { SecretString: text = '' } = await clients.secrets.send(
      new GetSecretValueCommand({ SecretId }),
    );
    return text;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

const answered = ({ status }: Report): Found => {
  switch (status.kind) {
    case 'refused':
      return bad(
        `the key is stored, and refused: ${status.message}`,
        'store a valid key, then send the generations again',
      );
    case 'throttled':
      return doubtful(
        'the key is stored; the provider holds its requests back (429)',
        'fewer generations at once for this key, or more keys',
      );
    case 'unavailable':
      return doubtful(`the key is stored; ${status.message}`, "look at the provider's status page");
    case 'notFound':
    case 'pending':
    case 'awaitingInput':
    case 'exportPending':
    case 'ready':
    case 'failed':
      return good('the key is stored, and the provider takes it');
  }
};

/** The default key of each provider: there, a key, and taken by its provider. */
export const keys: Look = async (patient) => {
  const { providers, secretPrefix, allowInsecureSources } = await settingsOf(patient);
  const look = async (provider: string): Promise<Found> => {
    const name = secretName(secretPrefix, provider, 'default');
    const text = await readKey(patient, name);
    if (text === undefined)
      return doubtful(
        `there is no secret ${name}`,
        `aws secretsmanager create-secret --name ${name} --secret-string "…" (not needed where every event names a credential)`,
      );
    const key = readApiKey(text);
    if ('problem' in key)
      return bad(
        `the secret ${name} holds no usable key: it ${key.problem}`,
        'store the key as plain text, or as JSON with "apiKey"',
      );
    if (!isProvider(provider)) return good('the key is stored');
    const ask = createAskProvider({
      registry: builtIn,
      settings: providers,
      apiKeys: { read: async () => ({ found: true, apiKey: key.apiKey }) },
      askApi: createAskApi({ allowInsecureSources, isPublicAddress }),
      clock: systemClock,
      skims: true,
    });
    return answered(
      await ask({ provider, generationId: noGeneration, credential: 'default' }, true),
    );
  };
  return Promise.all(
    Object.keys(providers).map(async (provider) => ({
      about: `key of ${provider}`,
      ...(await look(provider)),
    })),
  );
};
