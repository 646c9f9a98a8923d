import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { createAskApi } from '../../lambdas/adapters/api.ts';
import { systemClock } from '../../lambdas/adapters/clock.ts';
import { isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import { secretProblem } from '../../lambdas/adapters/secret-problems.ts';
import { secretText } from '../../lambdas/adapters/secret-text.ts';
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
import { bad, doubtful, findingsOf, good, resourcesOf } from './look.ts';
import type { Found, Look, Patient } from './look.ts';

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

/** The secret's text, or what is wrong with it. @throws where the caller may not read it */
const readSecret = async (
  { clients }: Patient,
  name: string,
  provider: string,
): Promise<string | Found> => {
  try {
    const { SecretString: text, SecretBinary: bytes } = await clients.secrets.send(
      new GetSecretValueCommand({ SecretId: name }),
    );
    return text ?? secretText(bytes);
  } catch (error) {
    if (error instanceof ResourceNotFoundException)
      return doubtful(
        `there is no secret ${name}`,
        `aws secretsmanager create-secret --name ${name} --secret-string "…" (not needed where every event names a credential)`,
      );
    const isDenied = error instanceof Error && error.name === 'AccessDeniedException';
    const [says, remedy] = isDenied
      ? []
      : (secretProblem(error, name, provider)?.split('; ') ?? []);
    if (says === undefined || remedy === undefined) throw error;
    return bad(says, remedy);
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
  const told = Object.keys(providers);
  const names = told.length > 0 ? told : patient.deployed.providers;
  if (names.length === 0)
    return doubtful('the stack does not tell its providers', 'deploy it again with this version');
  const look = async (provider: string): Promise<Found> => {
    const name = secretName(secretPrefix, provider, 'default');
    const secret = await readSecret(patient, name, provider);
    if (typeof secret !== 'string') return secret;
    const key = readApiKey(secret);
    if ('problem' in key)
      return bad(
        `the secret ${name} holds no usable key: it ${key.problem}`,
        'store the key as plain text, or as JSON with "apiKey"',
      );
    if (!isProvider(provider) || !told.includes(provider)) return good('the key is stored');
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
  const found = await Promise.all(
    names.map(async (provider) =>
      (await findingsOf(patient, () => look(provider))).map((one) => ({
        about: `key of ${provider}`,
        ...one,
      })),
    ),
  );
  return found.flat();
};
