import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { secretName } from '../../lambdas/contract/environment.ts';
import { acknowledgeWildcards } from '../acknowledge.ts';

/**
 * Lets a function read the API keys of some providers and no other secret. The secrets are the
 * user's own and known by their name alone: Secrets Manager ends each ARN with six random
 * characters, which the pattern covers together with the credential.
 */
export const grantApiKeys = (
  reader: LambdaFunction,
  secretPrefix: string,
  providers: readonly string[],
): void => {
  const stack = Stack.of(reader);
  const resources = providers.map((provider) =>
    stack.formatArn({
      service: 'secretsmanager',
      resource: `secret:${secretName(secretPrefix, provider, '*')}`,
    }),
  );
  reader.addToRolePolicy(
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources }),
  );
  acknowledgeWildcards(
    reader.role ?? reader,
    resources,
    'The event names the credential, and the ARN ends in random characters',
  );
};
