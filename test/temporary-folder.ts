import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Whatever a run of a suite leaves behind lies in one folder, which goes when the run ends: workers
 * are ended by their parent, so that what they would have cleared away themselves stays.
 */
export default function ownTemporaryFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'generation-archiver-tests-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  return () => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    // A process that is just ending may still write into it.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}
