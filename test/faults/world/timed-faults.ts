import { claimsFolder } from '../../../lambdas/contract/keys.ts';
import { startOfCase, type Fault } from '../fault-case.ts';
import type { createExecutionsService } from './executions.ts';
import type { FaultBook } from './fault-book.ts';
import type { ProviderHost } from './provider-host.ts';
import type { Bucket } from './s3.ts';
import type { Vault } from './secrets.ts';
import type { Timeline } from './timeline.ts';
import type { Witness } from './witness.ts';

/** What faults at a time act upon. */
export interface TimedFaultsOptions {
  readonly faults: FaultBook;
  readonly clock: Timeline;
  readonly witness: Witness;
  readonly host: ProviderHost;
  readonly vault: Vault;
  readonly bucket: Bucket;
  readonly executions: Pick<ReturnType<typeof createExecutionsService>, 'stop'>;
}

type Timed = Extract<Fault, { place: 'time' }>;

const strike = (
  { what, forSeconds = 0 }: Timed,
  { clock, witness, host, vault, bucket, executions }: TimedFaultsOptions,
): void => {
  const later = (happen: () => void): void =>
    clock.at(clock.now() + forSeconds * 1000, async () => happen());
  const other = `${host.apiKey()}-next`;
  switch (what) {
    case 'revokeKey':
      host.setApiKey(other);
      return;
    case 'rotateKey':
      witness.saw('key rotated');
      host.setApiKey(other);
      later(() => vault.set(other));
      return;
    case 'deleteSecret':
      vault.set(undefined);
      if (forSeconds > 0) later(() => vault.set(host.apiKey()));
      return;
    case 'spoilSecret':
      vault.set('');
      if (forSeconds > 0) later(() => vault.set(host.apiKey()));
      return;
    case 'removeObject': {
      const key = [...bucket.objects.keys()].find((name) => !name.startsWith(claimsFolder('')));
      if (key !== undefined) bucket.remove(key);
      return;
    }
    case 'abort':
      executions.stop('ABORTED');
      return;
    case 'timeOut':
      executions.stop('TIMED_OUT');
  }
};

/** Has the faults happen that strike at a time. */
export const scheduleTimedFaults = (options: TimedFaultsOptions): void => {
  const { faults, clock } = options;
  for (const fault of faults.all) {
    if (fault.place !== 'time') continue;
    clock.at(startOfCase + fault.at * 1000, async () => {
      faults.struck(fault.kind);
      strike(fault, options);
    });
  }
};
