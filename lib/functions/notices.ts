import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { takenOverCode, textsOfPackages } from './licence-texts.ts';

/** File beside a bundle that names whose code is in it, and under which licences. */
export const noticesFile = 'THIRD_PARTY_NOTICES';

/** Code of others in a bundle. */
export interface Component {
  /** The name of a package, as a rule. */
  readonly name: string;
  /** SPDX identifier, as its publisher gives it. */
  readonly licence: string;
  /** `undefined` where its publisher gives none. */
  readonly text: string | undefined;
}

const manifestSchema = z.object({ license: z.string() });

/** The folder of a package, up to its name: what follows the last `node_modules`. */
const packageFolder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

const isLicence = (file: string): boolean =>
  /^(licen[cs]e|copying|notice)[^.]*(\.(md|txt|markdown))?$/i.test(file);

const scopeOf = (name: string): string => name.split('/', 1)[0] ?? name;

const licenceIn = (folder: string): string => {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
      .license;
  } catch {
    return 'Its publisher names no licence.';
  }
};

const packageIn = (folder: string): Component => {
  const name = folder.split('/node_modules/').at(-1) ?? folder;
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((file) => file.isFile() && isLicence(file.name))
    .map((file) => file.name)
    .toSorted()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const text = texts.length === 0 ? textsOfPackages.get(scopeOf(name)) : texts.join('\n\n');
  return { name, licence: licenceIn(folder), text };
};

/** Some packages of a publisher have the licence of all of them, and some have no file of it. */
const withTextOfSiblings = (component: Component, all: readonly Component[]): Component => {
  const { name, licence, text } = component;
  if (text !== undefined || !name.startsWith('@')) return component;
  const sibling = all.find(
    (one) =>
      one.text !== undefined && one.licence === licence && scopeOf(one.name) === scopeOf(name),
  );
  return sibling === undefined ? component : { ...component, text: sibling.text };
};

/** The packages that files belong to, and what those have taken over from elsewhere. */
export const componentsOf = (files: readonly string[]): Component[] => {
  const paths = files.map((file) => file.replaceAll('\\', '/'));
  const folders = paths.flatMap((path) => packageFolder.exec(path) ?? []);
  const packages = [...new Set(folders)].map(packageIn);
  const takenOver = takenOverCode.filter(({ within }) =>
    paths.some((path) => path.includes(within)),
  );
  const all = [...packages.map((one) => withTextOfSiblings(one, packages)), ...takenOver];
  const byName = new Map(all.map(({ name, licence, text }) => [name, { name, licence, text }]));
  return [...byName.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
};

const line = '-'.repeat(78);

/** The notices as people read them: each text once, under the names that it is for. */
export const noticesText = (components: readonly Component[]): string => {
  const groups = new Map<string, string[]>();
  for (const { name, licence, text } of components) {
    const body = `${licence}\n\n${text ?? 'Its publisher gives no text of the licence.'}`;
    groups.set(body, [...(groups.get(body) ?? []), name]);
  }
  const sections = [...groups].map(
    ([body, names]) => `${line}\n\n${names.join('\n')}\n\n${body}\n`,
  );
  return [
    'The code of these packages is part of the bundled functions, under these licences.\n',
    ...sections,
  ].join('\n');
};
