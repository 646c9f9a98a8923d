import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateListRoles,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws, Credentials } from './aws.ts';
import { stackName } from './world.ts';

/** The policies of one deployed role. */
export interface RolePolicies {
  readonly role: string;
  /** Its own policies: their documents, as JSON, by name. */
  readonly policies: ReadonlyMap<string, string>;
  /** Names of managed policies. */
  readonly attached: readonly string[];
}

const policiesOf = async ({ iam: client }: Aws, RoleName: string): Promise<RolePolicies> => {
  const policies = new Map<string, string>();
  for await (const { PolicyNames = [] } of paginateListRolePolicies({ client }, { RoleName })) {
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument = '' } = await client.send(
        new GetRolePolicyCommand({ RoleName, PolicyName }),
      );
      policies.set(PolicyName, decodeURIComponent(PolicyDocument));
    }
  }
  const attached: string[] = [];
  for await (const page of paginateListAttachedRolePolicies({ client }, { RoleName }))
    attached.push(...(page.AttachedPolicies ?? []).map(({ PolicyName = '' }) => PolicyName));
  return { role: RoleName, policies, attached };
};

/** The policies of every role of the stack under test. */
export const policiesOfRoles = async (aws: Aws): Promise<RolePolicies[]> => {
  const roles: RolePolicies[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: aws.iam }, {})) {
    for (const { RoleName = '' } of Roles)
      if (RoleName.startsWith(`${stackName}-`)) roles.push(await policiesOf(aws, RoleName));
  }
  return roles;
};

/**
 * Does something with exactly the permissions of a deployed role: what a function could do that is
 * taken over. A user with the same policies stands for it, because only Lambda and Step Functions
 * may assume the role itself.
 */
export const withPermissionsOf = async <T>(
  { iam }: Aws,
  { role, policies }: RolePolicies,
  use: (credentials: Credentials) => Promise<T>,
): Promise<T> => {
  // IAM User Guide, "IAM and AWS STS quotas": names of users have 64 characters at most.
  const UserName = `taken-over-${role}`.slice(0, 64);
  await iam.send(new CreateUserCommand({ UserName }));
  for (const [PolicyName, PolicyDocument] of policies)
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
  try {
    return await use({ accessKeyId, secretAccessKey });
  } finally {
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: accessKeyId }));
    for (const PolicyName of policies.keys())
      await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
    await iam.send(new DeleteUserCommand({ UserName }));
  }
};
