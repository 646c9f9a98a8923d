import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Older CDKs, 2.263 for one, have no way to write an answer to a finding that names an ARN or a
 * reference (more than one `::`), and refuse its id.
 */
const isRefusedId = (error: unknown): boolean =>
  error instanceof Error && error.name === 'InvalidValidationId';

/**
 * Answers findings of the security rules (cdk-nag's `AwsSolutions`) that are right in general and
 * not here, each with its reason. A finding without an answer fails the tests. With an old CDK some
 * remain unanswered: that changes what the rules report, and nothing that is deployed.
 *
 * @param scope the construct that the findings are about, or one above it
 * @param reasons rule to reason
 */
export const acknowledge = (scope: IConstruct, reasons: Readonly<Record<string, string>>): void => {
  for (const [id, reason] of Object.entries(reasons)) {
    try {
      Validations.of(scope).acknowledge({ id, reason });
    } catch (error) {
      if (!isRefusedId(error)) throw error;
    }
  }
};

/**
 * A resource as the rules spell it: references in angle brackets, other functions of CloudFormation
 * as JSON.
 */
const spelt = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const {
    Ref: reference,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
  } = value as Record<string, unknown>;
  if (typeof reference === 'string') return `<${reference}>`;
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`;
  if (Array.isArray(join) && Array.isArray(join[1]))
    return join[1].map(spelt).join(String(join[0]));
  return JSON.stringify(value);
};

/**
 * Answers the finding that a permission's resource holds a `*`.
 *
 * @param scope the role
 * @param resources the resources as they are granted
 */
export const acknowledgeWildcards = (
  scope: IConstruct,
  resources: readonly string[],
  reason: string,
): void => {
  const stack = Stack.of(scope);
  const finding = (resource: string): string =>
    `AwsSolutions-IAM5[Resource::${spelt(stack.resolve(resource))}]`;
  acknowledge(scope, Object.fromEntries(resources.map((resource) => [finding(resource), reason])));
};
