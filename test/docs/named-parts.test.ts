import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../lambdas/contract/error-codes.ts';
import { metricUnits, outcomes } from '../../lambdas/contract/metrics.ts';
import { resultDetailTypes } from '../../lambdas/contract/results.ts';
import { triggerDetailTypes, triggerSchemas } from '../../lambdas/contract/triggers.ts';
import { providers } from '../../lambdas/providers/registry.ts';
import { textOf } from './pages.ts';

/**
 * The names of an interface's or a class's public fields and methods, in the order of the source.
 */
const membersOf = (file: string, name: string): string[] => {
  const source = readFileSync(file, 'utf8');
  const [, body = ''] =
    new RegExp(String.raw`export (?:interface|class) ${name}\b[^{]*\{\n([\s\S]*?)\n\}`).exec(
      source,
    ) ?? [];
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].flatMap(([, member = '']) =>
    member === 'constructor' ? [] : [member],
  );
};

/** What a page names in code, calls without their arguments. */
const namedOn = (...pages: readonly string[]): Set<string> =>
  new Set(
    pages.flatMap((page) =>
      [...textOf(page).matchAll(/`([^`\n]+)`/g)].flatMap(
        ([, code = '']) => code.match(/[\w][\w ]*\w/g) ?? [],
      ),
    ),
  );

const missing = (names: readonly string[], page: Set<string>): string[] =>
  names.filter((name) => !page.has(name));

describe('the documentation names', () => {
  it.each(['ProviderOptions', 'FunctionNetwork', 'GenerationArchiverProps'])(
    'every prop of %s',
    (name) => {
      const props = membersOf('lib/props.ts', name);
      expect(props.length).toBeGreaterThan(0);
      expect(missing(props, namedOn('docs/configuration.md', 'docs/library.md'))).toEqual([]);
    },
  );

  it('every field of a provider', () => {
    expect(
      missing(
        membersOf('lambdas/providers/provider.ts', 'Provider'),
        namedOn('docs/adding-a-provider.md'),
      ),
    ).toEqual([]);
  });

  it('everything that the construct gives', () => {
    const members = membersOf('lib/generation-archiver.ts', 'GenerationArchiver');
    expect(members).toContain('onArchived');
    expect(missing(members, namedOn('docs/library.md'))).toEqual([]);
  });

  it('every event, triggers with every field', () => {
    expect(missing(resultDetailTypes, namedOn('docs/events.md'))).toEqual([]);
    for (const detailType of triggerDetailTypes) {
      const [, section = ''] = textOf('docs/events.md').split(`\n### ${detailType}\n`);
      const fields = Object.keys(triggerSchemas[detailType].shape);
      expect(
        fields.filter((field) => !section.split(/\n##/)[0]?.includes(`\`${field}\``)),
        detailType,
      ).toEqual([]);
    }
  });

  it('every error code, and what to do about it', () => {
    const [, section = ''] = textOf('docs/events.md').split('## Error codes');
    const codes = (section.match(/^\| `.*? \|/gm) ?? []).flatMap(
      (cell) => cell.match(/\w+/g) ?? [],
    );
    expect(codes.toSorted()).toEqual([...errorCodes].toSorted());
  });

  it('every metric and every outcome', () => {
    expect(missing([...Object.keys(metricUnits), ...outcomes], namedOn('docs/runbook.md'))).toEqual(
      [],
    );
  });

  it("every provider in the README's table, with its defaults", () => {
    const rows = textOf('README.md').match(/^\| [A-Z]\w+.*\| \d+ min \|$/gm) ?? [];
    expect(rows.map((row) => row.match(/\w+/)?.[0])).toEqual(providers.map(({ title }) => title));
    const documented = rows.map((row) =>
      row
        .split(' | ')
        .slice(-3)
        .map((cell) => Number.parseFloat(cell)),
    );
    expect(documented).toEqual(
      providers.map(({ defaults }) => [
        defaults.firstCheckSeconds,
        defaults.checkIntervalSeconds,
        defaults.timeoutMinutes,
      ]),
    );
  });
});
