/**
 * Test files that take long. `npm test`, which every change needs, leaves them out; `npm run
 * test:long` runs them, and so does `.ci/run`.
 */
export const longTests: readonly string[] = [
  // The scripts that write the docs, each in a process of its own, in a copy of the project.
  'test/docs/generated.test.ts',
  // The page for newcomers, step by step in a copy of the project, with a test run for each step.
  'test/docs/first-change.test.ts',
  // Runs that follow generations in real time; the command line, in processes, as people start it.
  'test/local/run.test.ts',
  'test/local/cli.test.ts',
  'test/local/cli-requests.test.ts',
  'test/local/archiver.test.ts',
  // Tables in terminals of every width.
  'test/local/progress-table.test.ts',
  // Files of tens of megabytes, whose checksums are made equal.
  'test/copying/upload/crc-twins.test.ts',
  // Processes that are killed, to see what they leave behind.
  'test/support/belongings.test.ts',
  // Hundreds of generations under faults: the fault suite itself runs thousands.
  'test/faults/faults.test.ts',
  'test/faults/oracle-mutations.test.ts',
  // Thousands of generations that share a key.
  'test/bench/detection.test.ts',
  // The command line of the CDK, and the rules of CloudFormation over its template.
  'test/infra/app.test.ts',
  // Every function bundled, and loaded in a process of its own.
  'test/infra/bundles.test.ts',
  'test/infra/provider-module.test.ts',
  // Every choice of providers synthesised, validated and run.
  'test/workflow/provider-choices.test.ts',
  // Requests and exports on their way through both machines, to every end.
  'test/workflow/starts.test.ts',
  'test/workflow/exports.test.ts',
  // Uploads of many megabytes, in several invocations.
  'test/copying/archive/copy-in-pieces.test.ts',
  // Two thousand hostile triggers.
  'test/contract/triggers-hostile.test.ts',
];
