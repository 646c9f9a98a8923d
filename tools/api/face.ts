import type { PublicType, TypeReference } from './assembly.ts';

const typeText = (type: TypeReference): string => {
  if ('primitive' in type) return type.primitive;
  if ('fqn' in type) return type.fqn;
  if ('collection' in type)
    return `${type.collection.kind}<${typeText(type.collection.elementtype)}>`;
  if ('union' in type) return type.union.types.map(typeText).join(' | ');
  return type.intersection.types.map(typeText).join(' & ');
};

interface Value {
  readonly name: string;
  readonly type: TypeReference;
  readonly optional: boolean;
}

const valueText = ({ name, type, optional }: Value): string =>
  `${name}${optional ? '?' : ''}: ${typeText(type)}`;

const words = (...all: readonly (string | false | undefined)[]): string =>
  all.filter((word) => typeof word === 'string').join(' ');

const headOf = (type: PublicType): string =>
  words(
    type.abstract && 'abstract',
    type.kind === 'interface' && type.datatype ? 'struct' : type.kind,
    type.fqn,
    type.base !== undefined && `extends ${type.base}`,
    type.interfaces.length > 0 && `implements ${type.interfaces.join(', ')}`,
  );

const membersOf = (type: PublicType): string[] => [
  ...(type.initializer === undefined
    ? []
    : [`new(${type.initializer.parameters.map(valueText).join(', ')})`]),
  ...type.properties.map((property) =>
    words(
      property.static && 'static',
      property.protected && 'protected',
      !property.immutable && 'mutable',
      valueText(property),
    ),
  ),
  ...type.methods.map(({ name, parameters, returns, ...method }) =>
    words(
      method.static && 'static',
      method.protected && 'protected',
      `${name}(${parameters.map((one) => `${one.variadic ? '...' : ''}${valueText(one)}`).join(', ')})`,
      returns !== undefined && `→ ${typeText(returns.type)}${returns.optional ? '?' : ''}`,
    ),
  ),
  ...type.members.map(({ name }) => name),
];

/**
 * The public face as a text with one line for each thing that an app may name, for a golden file: a
 * line that goes or changes breaks apps, a new one does not, but for a required property.
 */
export const faceOf = (types: readonly PublicType[]): string =>
  types
    .map((type) => [
      headOf(type),
      ...membersOf(type)
        .toSorted()
        .map((line) => `  ${line}`),
    ])
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
