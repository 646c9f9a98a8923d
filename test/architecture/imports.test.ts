import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Folders of source, each with what it may import: rooms, or single files of one. Every room may
 * import itself.
 */
const rooms: Readonly<Record<string, readonly string[]>> = {
  'lambdas/contract': [],
  'lambdas/polling': ['lambdas/contract'],
  'lambdas/providers': ['lambdas/polling', 'lambdas/contract'],
  'lambdas/copying': ['lambdas/providers', 'lambdas/polling', 'lambdas/contract'],
  'lambdas/adapters': ['lambdas/contract'],
  'lambdas/handlers': [
    'lambdas/copying',
    'lambdas/providers',
    'lambdas/polling',
    'lambdas/contract',
  ],
  'lambdas/functions': [
    'lambdas/handlers',
    'lambdas/adapters',
    'lambdas/copying',
    'lambdas/providers',
    'lambdas/polling',
    'lambdas/contract',
  ],
  lib: ['lambdas/contract', 'lambdas/providers/registry.ts', 'lambdas/providers/provider.ts'],
  local: ['lambdas', 'lib'],
  console: [
    'local',
    'lambdas/adapters',
    'lambdas/providers',
    'lambdas/polling/status.ts',
    'lambdas/handlers/check-status.ts',
    'lambdas/handlers/intake/execution-names.ts',
    'lambdas/handlers/last-known.ts',
    'lambdas/contract',
  ],
  deployment: ['lib', 'lambdas'],
  bin: ['console', 'local', 'deployment', 'lib', 'lambdas/contract'],
  tools: ['local', 'lib', 'lambdas/contract', 'lambdas/providers/registry.ts'],
};

/** Packages that a room may not import, and why. */
const keptOut: readonly {
  readonly from: string;
  readonly packages: RegExp;
  readonly because: string;
}[] = [
  {
    from: 'lambdas',
    packages: /^(aws-cdk-lib|constructs)(\/|$)/,
    because: 'functions know nothing of synthesis',
  },
  {
    from: 'lambdas/(contract|polling|providers|copying|handlers)',
    packages:
      /^(@aws-sdk\/|@aws-lambda-powertools\/|undici(\/|$)|node:(fs|http|https|dns|tls|os|child_process|process|timers)(\/|$))/,
    because: 'adapters alone touch the world',
  },
];

/** One import of a file. */
interface Import {
  readonly from: string;
  readonly to: string;
}

/**
 * Whatever a file imports, exports from or loads: `from '…'`, `import '…'`, `import('…')`. Comments
 * are no imports.
 */
const specifiersOf = (source: string): string[] => {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const statements =
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [...code.matchAll(statements)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
};

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

const files = ['lambdas', 'lib', 'local', 'console', 'deployment', 'bin', 'tools'].flatMap(
  filesUnder,
);

const imports = files.flatMap((from): Import[] =>
  specifiersOf(readFileSync(from, 'utf8')).map((specifier) => ({
    from,
    to: specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : specifier,
  })),
);

const isWithin = (file: string, place: string): boolean =>
  file === place || file.startsWith(`${place}/`);

const roomOf = (file: string): string | undefined =>
  Object.keys(rooms).find((room) => isWithin(file, room));

const isFile = ({ to }: Import): boolean => to.endsWith('.ts');

describe('the reader of imports', () => {
  it('sees every way to import, over several lines as well, and no comment', () => {
    const source = [
      "import { a } from './a.ts';",
      "import type { B } from '../b.ts';",
      'import {\n  c,\n  d,\n} from "./c.ts";',
      "export * from './e.ts';",
      "export type { F } from './f.ts';",
      "import './g.ts';",
      "const h = await import('./h.ts');",
      "// import { no } from './no.ts';",
      "/** import { never } from './never.ts'; */",
    ];
    expect(specifiersOf(source.join('\n'))).toEqual([
      './a.ts',
      '../b.ts',
      './c.ts',
      './e.ts',
      './f.ts',
      './g.ts',
      './h.ts',
    ]);
  });

  it('finds the imports of every folder', () => {
    for (const room of Object.keys(rooms)) {
      expect(files.filter((file) => isWithin(file, room)).length, room).toBeGreaterThan(0);
    }
    expect(imports.length).toBeGreaterThan(files.length);
  });
});

describe('the console', () => {
  it('is a room of its own: nothing that is deployed imports it, nor the embedded run', () => {
    const strays = imports.filter(
      ({ from, to }) => /^(lambdas|lib|local)\//.test(from) && isWithin(to, 'console'),
    );
    expect(strays).toEqual([]);
  });

  it('brings no CDK along: its bundle is for machines that deploy nothing', () => {
    expect(
      imports.filter(({ from, to }) => isWithin(from, 'console') && to.startsWith('aws-cdk-lib')),
    ).toEqual([]);
  });
});

describe('every source file', () => {
  it('lies in a room', () => {
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  it('imports only what its room may see', () => {
    const strays = imports.filter(isFile).filter(({ from, to }) => {
      const room = roomOf(from);
      return (
        room !== undefined && ![room, ...(rooms[room] ?? [])].some((place) => isWithin(to, place))
      );
    });
    expect(strays.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it.each(keptOut)(
    'keeps out of $from what does not belong there: $because',
    ({ from, packages }) => {
      const strays = imports.filter(
        (one) => new RegExp(`^${from}/`).test(one.from) && packages.test(one.to),
      );
      expect(strays.map((one) => `${one.from} imports ${one.to}`)).toEqual([]);
    },
  );

  it('imports files that are there', () => {
    expect(
      imports
        .filter((one) => isFile(one) && !files.includes(one.to))
        .map(({ from, to }) => `${from} imports ${to}`),
    ).toEqual([]);
  });
});

/** Files that lead back to themselves, each circle once; imports of types count like all others. */
const circlesIn = (all: readonly Import[]): string[] => {
  const targets = new Map<string, string[]>();
  for (const { from, to } of all) targets.set(from, [...(targets.get(from) ?? []), to]);
  const circles = new Set<string>();
  const done = new Set<string>();
  const follow = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file);
    if (start !== -1) circles.add([...way.slice(start), file].join(' > '));
    if (start !== -1 || done.has(file)) return;
    for (const target of targets.get(file) ?? []) follow(target, [...way, file]);
    done.add(file);
  };
  for (const file of targets.keys()) follow(file, []);
  return [...circles];
};

describe('imports', () => {
  it('of types are looked at where circles are looked for', () => {
    const circle = [
      { from: 'a.ts', to: 'b.ts' },
      { from: 'b.ts', to: 'c.ts' },
      { from: 'c.ts', to: 'b.ts' },
    ];
    expect(circlesIn(circle)).toEqual(['b.ts > c.ts > b.ts']);
  });

  it('lead in no circle', () => {
    expect(circlesIn(imports.filter(isFile))).toEqual([]);
  });
});

describe('zod in functions', () => {
  it('is imported as a namespace: of `import { z }` every language of its messages comes into the bundle, a quarter of a megabyte', () => {
    const named = filesUnder('lambdas').filter((file) =>
      /import (?:type )?\{[^}]*\} from 'zod'/.test(readFileSync(file, 'utf8')),
    );
    expect(named, "write: import * as z from 'zod'").toEqual([]);
  });
});
