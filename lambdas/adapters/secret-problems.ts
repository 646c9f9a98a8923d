/**
 * Commands that mend what is wrong with a secret. In each, the shell of the operator asks AWS for
 * what only AWS knows.
 */
const commands = {
  create: (name: string, provider: string) =>
    `aws secretsmanager create-secret --name ${name} --secret-string "$${provider.toUpperCase().replaceAll('-', '_')}_API_KEY"`,
  put: (name: string) =>
    `aws secretsmanager put-secret-value --secret-id ${name} --secret-string "…"`,
  restore: (name: string) => `aws secretsmanager restore-secret --secret-id ${name}`,
  describe: (name: string) => `aws secretsmanager describe-secret --secret-id ${name}`,
  policy: (name: string) => `aws secretsmanager get-resource-policy --secret-id ${name}`,
  enableKey: (name: string) =>
    `aws kms enable-key --key-id "$(aws secretsmanager describe-secret --secret-id ${name} --query KmsKeyId --output text)"`,
  awsKey: (name: string) =>
    `aws secretsmanager update-secret --secret-id ${name} --kms-key-id alias/aws/secretsmanager`,
};

/**
 * What is wrong with a secret that cannot be read, with the command that mends it. Names and texts of
 * the errors: AWS Secrets Manager, API reference, GetSecretValue; the text about KMS is not
 * documented, but the same for every caller that may not use the secret's key.
 *
 * @returns `undefined` where nothing is wrong with the secret but the service is in trouble
 */
export const secretProblem = (
  error: unknown,
  name: string,
  provider: string,
): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  const { message } = error;
  switch (error.name) {
    case 'ResourceNotFoundException':
      return /staging label|AWSCURRENT|version/i.test(message)
        ? `the secret ${name} has no current version; store the API key with: ${commands.put(name)}`
        : `there is no secret ${name}; store the API key with: ${commands.create(name, provider)}`;
    case 'InvalidRequestException':
      return /delet/i.test(message)
        ? `the secret ${name} is scheduled for deletion; bring it back with: ${commands.restore(name)}`
        : `the secret ${name} is in a state in which it cannot be read; look at it with: ${commands.describe(name)}`;
    case 'AccessDeniedException':
      return /\bKMS\b/i.test(message)
        ? `the secret ${name} is encrypted with a KMS key that the archiver may not use; allow its roles kms:Decrypt in the policy of that key, or encrypt the secret with the key of AWS: ${commands.awsKey(name)}`
        : `the archiver may not read the secret ${name}; look for what denies it, a policy of the secret first: ${commands.policy(name)}`;
    case 'DecryptionFailure':
    case 'KMSInvalidStateException':
    case 'DisabledException':
    case 'KMSAccessDeniedException':
      return `the secret ${name} cannot be decrypted, as its KMS key is disabled or about to be deleted; enable it (after aws kms cancel-key-deletion, where it is to be deleted) with: ${commands.enableKey(name)}`;
    case 'InvalidParameterException':
    case 'ValidationException':
      return `${name} is no name of a secret: check secretPrefix, and the credential that the event names`;
    default:
      return undefined;
  }
};
