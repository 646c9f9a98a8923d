import { spawnSync } from 'node:child_process';

/** What the apps of a language are made with, and how it says that it is there. */
const probes = {
  Python: [['python3', '-m', 'venv', '--help']],
  Java: [
    ['javac', '-version'],
    ['mvn', '--version'],
  ],
  Go: [['go', 'version']],
} as const;

/** A language that the package's users write apps in, beside TypeScript. */
export type Language = keyof typeof probes;

/**
 * Why the tests of a language cannot run here, if they cannot. A build on a server has every tool
 * chain, so that none of them is left out there without a word.
 *
 * @returns `undefined` where they can
 */
export const reasonToSkip = (language: Language): string | undefined => {
  if (process.env['CI'] !== undefined) return undefined;
  const missing = probes[language].filter(
    ([program, ...args]) => spawnSync(program, args, { stdio: 'ignore' }).status !== 0,
  );
  if (missing.length === 0) return undefined;
  return `not tried: ${missing.map(([program]) => program).join(' and ')} is not installed`;
};
