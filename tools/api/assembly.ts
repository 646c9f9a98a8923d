import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** What a value is, as the assembly of jsii says it. */
export type TypeReference =
  | { readonly primitive: string }
  | { readonly fqn: string }
  | {
      readonly collection: {
        readonly kind: 'array' | 'map';
        readonly elementtype: TypeReference;
      };
    }
  | { readonly union: { readonly types: readonly TypeReference[] } }
  | { readonly intersection: { readonly types: readonly TypeReference[] } };

const many = z.object({ types: z.array(z.lazy((): z.ZodType<TypeReference> => reference)) });

const reference: z.ZodType<TypeReference> = z.union([
  z.object({ primitive: z.string() }),
  z.object({ fqn: z.string() }),
  z.object({
    collection: z.object({ kind: z.enum(['array', 'map']), elementtype: z.lazy(() => reference) }),
  }),
  z.object({ union: many }),
  z.object({ intersection: many }),
]);

const docs = z
  .looseObject({ summary: z.string().optional(), default: z.string().optional() })
  .default({});

const flag = z.boolean().default(false);

const property = z.looseObject({
  name: z.string(),
  type: reference,
  optional: flag,
  immutable: flag,
  static: flag,
  protected: flag,
  docs,
});

const parameter = z.looseObject({
  name: z.string(),
  type: reference,
  optional: flag,
  variadic: flag,
  docs,
});

const callable = z.looseObject({ parameters: z.array(parameter).default([]), docs });

const method = callable.extend({
  name: z.string(),
  static: flag,
  protected: flag,
  returns: z.looseObject({ type: reference, optional: flag }).optional(),
});

const publicType = z.looseObject({
  fqn: z.string(),
  name: z.string(),
  kind: z.enum(['class', 'interface', 'enum']),
  base: z.string().optional(),
  abstract: flag,
  interfaces: z.array(z.string()).default([]),
  datatype: flag,
  initializer: callable.optional(),
  methods: z.array(method).default([]),
  properties: z.array(property).default([]),
  members: z.array(z.looseObject({ name: z.string() })).default([]),
  docs,
});

/** A class, a struct, an interface or an enum that is public. */
export type PublicType = z.infer<typeof publicType>;

const assembly = z.looseObject({ types: z.record(z.string(), publicType) });

/**
 * The public face of the constructs, as jsii has written it.
 *
 * @param file the assembly, `.jsii`
 * @returns its types by name
 * @throws where the file is not there, or says what is not known here
 */
export const readAssembly = (file: string): PublicType[] =>
  Object.values(assembly.parse(JSON.parse(readFileSync(file, 'utf8'))).types).toSorted(
    (one, other) => (one.fqn < other.fqn ? -1 : 1),
  );
