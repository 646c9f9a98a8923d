import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Answers findings of the security rules (cdk-nag's `AwsSolutions`) that are right in general and not here, each with its
 * reason. A finding without an answer fails the tests.
 *
 * @param scope the construct that the finding is about, or one above it
 * @param reasons rule to reason
 */
export const acknowledge = (scope: IConstruct, reasons: Readonly<Record<string, string>>): void =>
  Validations.of(scope).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
