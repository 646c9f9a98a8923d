import * as z from 'zod';

/** What is read of a report of vitest. */
const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().default(''),
      status: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

/** Characters of a message that are shown: the first line says what was expected. */
const shownLength = 400;

const shortened = (message: string): string =>
  message.slice(0, shownLength).replaceAll('\n', '\n    ');

/**
 * What failed in a report, a paragraph each: the test and the beginning of its message, or the file
 * that could not be run.
 *
 * @param text a report of vitest, as JSON
 */
export const failedTests = (text: string): string[] =>
  reportSchema
    .parse(JSON.parse(text))
    .testResults.flatMap(({ name, message, status, assertionResults: tests }) => {
      const failed = tests.filter((test) => test.status === 'failed');
      if (failed.length === 0)
        return status === 'failed' ? [`${name}\n    ${shortened(message)}`] : [];
      return failed.map(
        ({ fullName, failureMessages }) =>
          `${name}\n    ${fullName}\n    ${shortened(failureMessages?.[0] ?? '')}`,
      );
    });
