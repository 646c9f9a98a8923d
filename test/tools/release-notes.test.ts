import { describe, expect, it } from 'vitest';
import { releaseNotes } from '../../tools/release/notes.ts';

const changelog = `# Changelog

## 0.2.0 (unreleased)

- Something new.

## 0.1.0 (2026-11-26)

First version.

- It archives.
`;

const parts = {
  tag: 'v0.1.0',
  version: '0.1.0',
  repositoryUrl: 'git+https://github.com/example/generation-archiver.git',
  changelog,
};

describe('the notes of a release', () => {
  it('are what the changelog says about it, and nothing of another version', () => {
    expect(releaseNotes(parts)).toEqual({
      ok: true,
      notes: 'First version.\n\n- It archives.\n',
    });
  });

  it.each([
    ['another version than the tag', { version: '0.1.1' }, /tag v0\.1\.1/],
    ['a tag without its v', { tag: '0.1.0' }, /tag v0\.1\.0/],
    ['no tag', { tag: '' }, /tag v0\.1\.0/],
    ['a version that is not released yet', { tag: 'v0.2.0', version: '0.2.0' }, /"unreleased"/],
    ['a version without a heading', { tag: 'v0.3.0', version: '0.3.0' }, /no heading/],
    ['a version of which nothing is told', { changelog: '## 0.1.0 (2026-11-26)\n' }, /nothing/],
    [
      'a repository that has no address yet',
      { repositoryUrl: 'git+https://repository.invalid/generation-archiver.git' },
      /placeholders/,
    ],
  ])('are refused for %s', (_, change, problem) => {
    expect(releaseNotes({ ...parts, ...change })).toEqual({
      ok: false,
      problems: expect.arrayContaining([expect.stringMatching(problem)]) as string[],
    });
  });

  it('are refused with everything that is in the way at once', () => {
    const result = releaseNotes({ ...parts, tag: 'v9', repositoryUrl: 'git+https://x.invalid/y' });
    expect(result.ok ? [] : result.problems).toHaveLength(2);
  });
});
