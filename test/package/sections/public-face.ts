import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resultDetailTypes } from '../../../lambdas/contract/results.ts';
import { readAssembly, type PublicType, type TypeReference } from '../../../tools/api/assembly.ts';
import { faceOf } from '../../../tools/api/face.ts';
import { projectFolder } from '../../e2e/harness/folders.ts';
import { run } from '../harness/commands.ts';
import type { World } from '../harness/world.ts';

/**
 * Properties that the design guidelines of the CDK would not have, because a configuration in JSON
 * says the same things; and what stands beside them for code.
 */
const forConfigurations: Readonly<Record<string, string>> = {
  alarmTopicArn: 'alarmTopic',
  timeoutMinutes: 'timeout',
  checkIntervalSeconds: 'checkInterval',
  firstCheckSeconds: 'firstCheck',
};

const mentions = (type: TypeReference): TypeReference[] => {
  if ('collection' in type) return [type, ...mentions(type.collection.elementtype)];
  return [type];
};

/** Everything that has a type, with where it is. */
const valuesOf = (type: PublicType) => [
  ...type.properties.map(({ name, type: value }) => ({ where: `${type.name}.${name}`, value })),
  ...[...type.methods, ...(type.initializer === undefined ? [] : [type.initializer])].flatMap(
    ({ parameters }) =>
      parameters.map(({ name, type: value }) => ({ where: `${type.name} ${name}`, value })),
  ),
  ...type.methods.flatMap(({ name, returns }) =>
    returns === undefined ? [] : [{ where: `${type.name}.${name}`, value: returns.type }],
  ),
];

const committed = (name: string): string => readFileSync(join(projectFolder, name), 'utf8');

/** What apps may name: its record, its reference, and the rules of the CDK's design guidelines. */
export const publicFace = (world: () => World): void => {
  const types = (): PublicType[] => readAssembly(join(world().unpacked, '.jsii'));
  const structs = (): PublicType[] => types().filter(({ datatype }) => datatype);
  const constructs = (): PublicType[] =>
    types().filter(({ kind, base }) => kind === 'class' && base !== undefined);

  describe('the public face of the constructs', () => {
    it('is the one on record: what goes or changes there breaks apps (npm run api writes it)', () => {
      expect(faceOf(types())).toBe(committed('test/package/golden/api.txt'));
    });

    it('is what API.md says (npm run api writes it)', async () => {
      const file = join(dirname(world().unpacked), 'API.md');
      const program = join(projectFolder, 'node_modules/jsii-docgen/bin/jsii-docgen');
      const output = relative(projectFolder, file);
      await run(projectFolder, process.execPath, program, '--output', output);
      expect(readFileSync(file, 'utf8')).toBe(committed('API.md'));
    });

    it('says of everything what it is', () => {
      for (const type of types()) {
        expect(type.docs.summary, type.fqn).toBeTruthy();
        for (const { name, docs } of [...type.properties, ...type.methods])
          expect(docs.summary, `${type.name}.${name}`).toBeTruthy();
      }
    });

    it('says of everything optional what holds without it', () => {
      for (const struct of structs())
        for (const { name, optional, docs } of struct.properties.filter((one) => one.optional))
          expect(docs.default, `${struct.name}.${name} ${optional}`).toBeTruthy();
    });

    it('has no unions, no values of any type, and structs that are only read', () => {
      for (const { where, value } of types().flatMap(valuesOf))
        for (const type of mentions(value)) {
          expect(Object.keys(type), where).not.toContain('union');
          expect(type, where).not.toMatchObject({ primitive: 'any' });
          expect(type, where).not.toMatchObject({ primitive: 'json' });
        }
      for (const { name, properties } of types())
        for (const property of properties)
          expect(property.immutable, `${name}.${property.name}`).toBe(true);
    });

    it('names constructs by what they are made from: scope, id, props', () => {
      expect(constructs().length).toBeGreaterThan(1);
      for (const { name, fqn, initializer } of constructs()) {
        const parameters = initializer?.parameters ?? [];
        expect(parameters.map((one) => one.name)).toEqual(['scope', 'id', 'props']);
        expect(
          parameters.map((one) => one.type),
          name,
        ).toEqual([
          { fqn: 'constructs.Construct' },
          { primitive: 'string' },
          { fqn: `${fqn}Props` },
        ]);
      }
    });

    it('grants as the CDK grants, and makes rules as it makes them', () => {
      const methods = types().flatMap((type) => type.methods);
      const grants = methods.filter(({ name }) => name.startsWith('grant'));
      const rules = methods.filter(({ name }) => /^on[A-Z]/.test(name));
      expect([grants.length, rules.length]).toEqual([2, resultDetailTypes.length]);
      for (const { name, parameters, returns } of grants) {
        const [grantee] = parameters;
        expect([grantee?.name, grantee?.type], name).toEqual([
          'grantee',
          { fqn: 'aws-cdk-lib.aws_iam.IGrantable' },
        ]);
        expect(returns?.type, name).toEqual({ fqn: 'aws-cdk-lib.aws_iam.Grant' });
      }
      for (const { name, parameters, returns } of rules) {
        expect(
          parameters.map((one) => [one.name, one.type, one.optional]),
          name,
        ).toEqual([
          ['id', { primitive: 'string' }, false],
          ['options', { fqn: 'aws-cdk-lib.aws_events.OnEventOptions' }, true],
        ]);
        expect(returns?.type, name).toEqual({ fqn: 'aws-cdk-lib.aws_events.Rule' });
      }
    });

    it('takes resources by their interfaces, and lengths of time as Duration', () => {
      const inProps = structs().flatMap(({ properties }) => properties);
      for (const { name, type } of inProps) {
        for (const mentioned of mentions(type))
          if ('fqn' in mentioned && /^aws-cdk-lib\.aws_\w+\./.test(mentioned.fqn))
            expect(mentioned.fqn, name).toMatch(/\.(I[A-Z]\w+|SubnetSelection)$/);
        if (!/(Arn|Seconds|Minutes|Hours|Days|Millis|Bytes|MB)$/i.test(name)) continue;
        const instead = inProps.find((one) => one.name === forConfigurations[name]);
        expect(instead?.type, name).toHaveProperty('fqn');
      }
    });
  });
};
