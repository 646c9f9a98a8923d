/** What a release is made from. */
export interface ReleaseParts {
  /** The Git tag, as `v0.1.0`. */
  readonly tag: string;
  /** Fields of package.json. */
  readonly version: string;
  readonly repositoryUrl: string;
  /** The text of CHANGELOG.md. */
  readonly changelog: string;
}

/** What is published with a release, or everything that is in its way. */
export type ReleaseNotes =
  | { readonly ok: true; readonly notes: string }
  | { readonly ok: false; readonly problems: readonly string[] };

/** RFC 2606: a host that cannot exist. It stands in package.json until there is a repository. */
const placeholderHost = /^git\+https:\/\/[^/]*\.invalid\//;

/** The heading of a version, its date if it has one, and its lines. */
const sectionOf = (
  changelog: string,
  version: string,
): { readonly remark: string; readonly lines: string } | undefined => {
  const [, ...sections] = `\n${changelog}`.split('\n## ');
  for (const section of sections) {
    const [heading = '', ...lines] = section.split('\n');
    const [name, remark = ''] = heading.split(/ \((.*)\)$/);
    if (name === version) return { remark, lines: lines.join('\n').trim() };
  }
  return undefined;
};

/** The notes of a release: its section of the changelog. */
export const releaseNotes = ({
  tag,
  version,
  repositoryUrl,
  changelog,
}: ReleaseParts): ReleaseNotes => {
  const problems: string[] = [];
  if (tag !== `v${version}`)
    problems.push(
      `the tag is ${tag}, and package.json has the version ${version}: tag v${version}`,
    );
  if (placeholderHost.test(repositoryUrl))
    problems.push(
      'package.json has placeholders for the addresses of the repository: npm refuses a provenance that names another one',
    );
  const section = sectionOf(changelog, version);
  if (section === undefined) problems.push(`CHANGELOG.md has no heading "## ${version} (date)"`);
  else if (!/^\d{4}-\d{2}-\d{2}$/.test(section.remark))
    problems.push(
      `CHANGELOG.md says "${section.remark}" of ${version}: put the date of the release there, as 2026-11-26`,
    );
  else if (section.lines === '') problems.push(`CHANGELOG.md says nothing about ${version}`);
  if (section === undefined || problems.length > 0) return { ok: false, problems };
  return { ok: true, notes: `${section.lines}\n` };
};
