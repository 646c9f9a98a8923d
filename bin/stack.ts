import { once } from 'node:events';
import process from 'node:process';
import { runConsole } from '../console/commands/program.ts';
import { unread } from '../console/commands/terminal.ts';
import { connectTo } from '../console/connect.ts';
import { packageVersion } from '../lib/version.ts';
import { exitStatus } from '../local/command-request.ts';
import { createStoppableClock } from '../local/stoppable-clock.ts';

/** `generation-archiver`, in a checkout `npm run stack -- …`: operates a deployed archiver. */
// The SDK would announce the end of its support for Node 20 at every command.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
const stop = new AbortController();
// The second time does not wait for anything.
const interrupt = (): void =>
  stop.signal.aborted ? process.exit(exitStatus.interrupted) : stop.abort();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
// The reader is gone, as behind `| head`: what only tells ends, what is being sent is sent.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stop.abort(unread));

const clock = createStoppableClock(stop.signal);
const status = await runConsole(process.argv.slice(2), {
  connect: connectTo(packageVersion, process.version, () => clock.now()),
  terminal: {
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    stop: stop.signal,
    interrupt,
    now: () => clock.now(),
    sleep: (milliseconds) => clock.sleep(milliseconds),
  },
  environment: process.env,
  version: packageVersion,
});
const isUnread = stop.signal.reason === unread;
// What is written must be out before the process ends.
if (!isUnread && process.stdout.writableLength > 0)
  await once(process.stdout, 'drain').catch(() => undefined);
process.exit(isUnread && status === exitStatus.interrupted ? exitStatus.archived : status);
