// Prints the notes of a release, or tells what is in its way: npm run release:notes -- v0.1.0
import { readFileSync } from 'node:fs';
import process from 'node:process';
import * as z from 'zod';
import { releaseNotes } from './notes.ts';

const packageSchema = z.object({
  version: z.string(),
  repository: z.object({ url: z.string() }),
});

const { version, repository } = packageSchema.parse(
  JSON.parse(readFileSync('package.json', 'utf8')),
);
const result = releaseNotes({
  tag: process.argv[2] ?? '',
  version,
  repositoryUrl: repository.url,
  changelog: readFileSync('CHANGELOG.md', 'utf8'),
});
if (result.ok) process.stdout.write(result.notes);
else {
  for (const problem of result.problems) console.error(`error: ${problem}`);
  process.exitCode = 1;
}
