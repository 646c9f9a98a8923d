import { brokenConnection, jsonAnswer, jsonCall, jsonError, type AwsService } from './aws.ts';
import type { FaultBook } from './fault-book.ts';
import type { Witness } from './witness.ts';

/** The one secret of a run, behind the protocol of Secrets Manager. */
export interface Vault {
  readonly service: AwsService;
  /** `undefined` deletes it. */
  set(text: string | undefined): void;
}

/** What says that something is wrong with the secret, and not with the service. */
const brokenSecrets = [
  'ResourceNotFoundException',
  'InvalidRequestException',
  'AccessDeniedException',
  'DecryptionFailure',
];

/** See {@link Vault}. */
export const createVault = (text: string, faults: FaultBook, witness: Witness): Vault => {
  let stored: string | undefined = text;
  const service: AwsService = async (request) => {
    const { operation, input } = jsonCall(request);
    if (operation !== 'GetSecretValue') throw new Error(`nobody may ${operation}`);
    const fault = faults.meet('secret');
    if (fault !== undefined) {
      witness.saw('secret trouble');
      if (fault.how === 'reset') throw brokenConnection();
      if (brokenSecrets.includes(fault.how.code)) witness.saw('secret missing');
      return jsonError(fault.how.status, fault.how.code);
    }
    if (stored === undefined || stored === '') witness.saw('secret missing');
    if (stored === undefined) return jsonError(400, 'ResourceNotFoundException');
    return jsonAnswer({ Name: input['SecretId'], SecretString: stored });
  };
  return {
    service,
    set: (next) => {
      stored = next;
    },
  };
};
