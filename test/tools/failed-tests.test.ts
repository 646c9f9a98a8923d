import { describe, expect, it } from 'vitest';
import { failedTests } from '../../tools/failed-tests/failed-tests.ts';

const aTest = (fullName: string, ...failureMessages: string[]) => ({
  fullName,
  status: failureMessages.length === 0 ? 'passed' : 'failed',
  failureMessages,
});

const aFile = (name: string, message: string, ...assertionResults: ReturnType<typeof aTest>[]) => ({
  name,
  message,
  status:
    assertionResults.some(({ status }) => status === 'failed') || message ? 'failed' : 'passed',
  assertionResults,
});

const reportOf = (...testResults: ReturnType<typeof aFile>[]): string =>
  JSON.stringify({ numFailedTests: 1, testResults });

describe('what failed in a report', () => {
  it('is nothing where all passed', () => {
    expect(failedTests(reportOf(aFile('/a.test.ts', '', aTest('adds'))))).toEqual([]);
  });

  it('is each test that failed, by its file, its name and the beginning of its message', () => {
    const file = aFile(
      '/a.test.ts',
      '',
      aTest('adds'),
      aTest('divides', `expected 1 to be 2\n  at a line\n${'x'.repeat(1000)}`),
    );
    const [failed = '', ...others] = failedTests(reportOf(file));
    expect(others).toEqual([]);
    expect(failed).toContain('/a.test.ts\n    divides\n    expected 1 to be 2\n');
    expect(failed.length).toBeLessThan(600);
  });

  it('is a file that could not be run at all', () => {
    expect(failedTests(reportOf(aFile('/b.test.ts', 'Cannot find module')))).toEqual([
      '/b.test.ts\n    Cannot find module',
    ]);
  });
});
