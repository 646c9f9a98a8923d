import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../lambdas/copying/archive/manifest.ts';
import { problemOf } from '../../../lambdas/copying/archive/outcome.ts';

const failure = (file: string): Failure => ({
  file,
  code: 'DownloadFailed',
  message: 'the connection broke off',
});

describe('the problem of several files', () => {
  it('is none where none failed', () => {
    expect(problemOf([], 3)).toBeUndefined();
  });

  it('is the failure itself where there was one file', () => {
    expect(problemOf([failure('1')], 1)).toEqual({
      code: 'DownloadFailed',
      message: 'the connection broke off',
    });
  });

  it('names each of a few, with the code of the first', () => {
    expect(problemOf([failure('a'), { ...failure('b'), code: 'ExportInvalid' }], 3)).toEqual({
      code: 'DownloadFailed',
      message:
        '2 of 3 files could not be saved: file a: the connection broke off (DownloadFailed); file b: the connection broke off (ExportInvalid)',
    });
  });

  it('counts the rest of many', () => {
    const failures = Array.from({ length: 100 }, (_, index) => failure(String(index)));
    const { message = '' } = problemOf(failures, 100) ?? {};
    expect(message).toMatch(/^100 of 100 files .*; and 95 more$/);
    expect(message.length).toBeLessThan(1000);
  });
});
