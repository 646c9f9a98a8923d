import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { GenerationArchiverProps } from '../../lib/config/config.ts';
import { GenerationArchiverStack } from '../../lib/generation-archiver-stack.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/**
 * The context of `cdk.json`, so that templates are tested with the feature flags they are deployed
 * with.
 */
export const contextOfApp = (): Record<string, unknown> => {
  const content: unknown = JSON.parse(readFileSync('cdk.json', 'utf8'));
  return isObject(content) && isObject(content['context']) ? content['context'] : {};
};

const folders: string[] = [];

process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the test's process ends. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'archiver-test-'));
  folders.push(folder);
  return folder;
};

/**
 * An app that bundles nothing. The CDK's own validation of templates takes seconds and is left to
 * the test of the real app.
 */
export const createApp = (
  context: Readonly<Record<string, unknown>> = { 'aws:cdk:bundling-stacks': [] },
): App =>
  new App({
    outdir: temporaryFolder(),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    context: { ...contextOfApp(), ...context },
  });

/** The stack and its template, as `cdk synth` would make them, without bundles. */
export const synthesise = (
  archiver: GenerationArchiverProps,
): { stack: GenerationArchiverStack; template: Template } => {
  const stack = new GenerationArchiverStack(createApp(), 'Archive', { archiver });
  return { stack, template: Template.fromStack(stack) };
};

/** One resource of a template. */
export interface Resource {
  readonly id: string;
  readonly properties: Record<string, unknown>;
}

/** The resources of a type whose logical id begins so. */
export const resourcesOf = (template: Template, type: string, idBegins = ''): Resource[] =>
  Object.entries(template.findResources(type))
    .filter(([id]) => id.startsWith(idBegins))
    .map(([id, resource]) => ({
      id,
      properties: isObject(resource['Properties']) ? resource['Properties'] : {},
    }));

/** The one resource of a type whose logical id begins so. */
export const resourceOf = (template: Template, type: string, idBegins = ''): Resource => {
  const [found, ...others] = resourcesOf(template, type, idBegins);
  if (found === undefined) throw new Error(`no ${type} ${idBegins}*`);
  if (others.length > 0) throw new Error(`more than one ${type} ${idBegins}*`);
  return found;
};

const named = (id: unknown): string => String(id).replace(/[0-9A-F]{8}$/, '');

/** A template's value as text: references as `${LogicalId}` without the hash at their end. */
export const readable = (value: unknown): string => {
  if (!isObject(value)) return String(value);
  const {
    Ref: reference,
    'Fn::GetAtt': attribute,
    'Fn::Join': joined,
    'Fn::Select': selected,
    'Fn::Split': split,
  } = value;
  if (reference !== undefined) return `\${${named(reference)}}`;
  if (Array.isArray(attribute)) return `\${${named(attribute[0])}.${String(attribute[1])}}`;
  if (Array.isArray(joined) && Array.isArray(joined[1]))
    return joined[1].map(readable).join(String(joined[0]));
  if (Array.isArray(selected)) return `\${part ${String(selected[0])} of ${readable(selected[1])}}`;
  if (Array.isArray(split)) return readable(split[1]);
  return JSON.stringify(value);
};

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** What one statement of a policy allows. */
export interface AllowingStatement {
  /** Logical id of the policy. */
  readonly policy: string;
  /** In text, see {@link readable}. */
  readonly resources: readonly string[];
  readonly conditions: unknown;
}

/** The statements that allow an action, of whichever role, by name or by a wildcard. */
export const statementsAllowing = (template: Template, action: string): AllowingStatement[] => {
  const [service] = action.split(':');
  const isIt = (one: unknown): boolean => one === action || one === '*' || one === `${service}:*`;
  return resourcesOf(template, 'AWS::IAM::Policy').flatMap(({ id, properties }) => {
    const document = properties['PolicyDocument'];
    const statements = isObject(document) ? list(document['Statement']).filter(isObject) : [];
    return statements
      .filter(
        (statement) => statement['Effect'] === 'Allow' && list(statement['Action']).some(isIt),
      )
      .map((statement) => ({
        policy: id,
        resources: list(statement['Resource']).map(readable),
        conditions: statement['Condition'],
      }));
  });
};

/** Everything that a role may do, and is denied (`not …`), a line per action and resource, sorted. */
export const permissionsOf = (template: Template, roleBegins: string): string[] => {
  const role = resourceOf(template, 'AWS::IAM::Role', roleBegins);
  const managed = list(role.properties['ManagedPolicyArns'] ?? []).map(
    (arn) => `managed policy ${readable(arn)}`,
  );
  const inline = resourcesOf(template, 'AWS::IAM::Policy').filter(({ properties }) =>
    JSON.stringify(properties['Roles']).includes(`"${role.id}"`),
  );
  const statements = inline.flatMap(({ properties }) => {
    const document = properties['PolicyDocument'];
    return isObject(document) ? list(document['Statement']).filter(isObject) : [];
  });
  const lines = statements.flatMap((statement) => {
    const not = statement['Effect'] === 'Allow' ? '' : 'not ';
    const condition =
      statement['Condition'] === undefined ? '' : ` if ${JSON.stringify(statement['Condition'])}`;
    return list(statement['Action']).flatMap((action) =>
      list(statement['Resource']).map(
        (resource) => `${not}${String(action)} on ${readable(resource)}${condition}`,
      ),
    );
  });
  return [...managed, ...lines].toSorted();
};
