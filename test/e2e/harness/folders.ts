import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the project lies. */
export const projectFolder = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Figures of a run, and the logs of a failed one. Each suite that uses the emulator has a folder of
 * its own.
 */
export const reportsFolder = join(projectFolder, 'reports', process.env['REPORTS_OF'] ?? 'e2e');

/** What belongs to one run: certificate, logs, records. Removed after a run without failures. */
export const runFolder = join(reportsFolder, 'run');

/** The emulator's own Python environment. */
export const venvFolder = join(projectFolder, '.venv');

/** The Python of {@link venvFolder}. */
export const venvPython = join(venvFolder, 'bin', 'python');
