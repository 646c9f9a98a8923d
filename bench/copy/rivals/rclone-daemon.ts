import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { endsWithUs } from '../../../test/support/belongings.ts';
import { freePort } from '../../../test/support/listening.ts';
import { versionOf } from '../command.ts';
import type { Contender, Places } from '../contender.ts';
import { cpuOf, peakOf } from '../process-figures.ts';
import { rcloneEnvironment } from './commands.ts';

/**
 * The same copy by an rclone that is running already and told over its remote control; `undefined`
 * where rclone is missing.
 */
export const startRcloneDaemon = async ({ s3 }: Places): Promise<Contender | undefined> => {
  const version = versionOf('rclone', 'version');
  if (version === undefined) return undefined;
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn('rclone', ['rcd', '--rc-no-auth', '--rc-addr', address], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...rcloneEnvironment(s3) },
    stdio: 'ignore',
  });
  const pid = child.pid ?? 0;
  const belonging = endsWithUs({ pid: child.pid });
  const call = async (method: string, body: object): Promise<Response> =>
    fetch(`http://${address}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const isUp = async (): Promise<boolean> =>
    call('rc/noop', {}).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let tries = 0; !(await isUp()); tries += 1) {
    if (tries > 100) throw new Error('the daemon of rclone did not start');
    await pause(50);
  }
  return {
    name: 'rclone daemon',
    version,
    keyOf: ({ id }) => `daemon/${id}`,
    copy: async ({ id, url, bucket }) => {
      const [started, before] = [performance.now(), cpuOf(pid)];
      const response = await call('operations/copyurl', {
        fs: `bench:${bucket}`,
        remote: `daemon/${id}`,
        url,
      });
      if (!response.ok)
        throw new Error(
          `rclone answered ${response.status}: ${(await response.text()).slice(0, 500)}`,
        );
      return {
        milliseconds: performance.now() - started,
        cpuSeconds: cpuOf(pid) - before,
        peakBytes: peakOf(pid),
      };
    },
    stop: async () => belonging.release(),
  };
};
