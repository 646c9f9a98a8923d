import { exportAsFormats } from '../../../lambdas/contract/export-as.ts';
import type { Log, Measure } from '../../../lambdas/contract/ports.ts';
import type { TaskHandlers } from '../../../local/engine.ts';
import { createDice } from '../dice.ts';
import { startOfCase, type FaultCase } from '../fault-case.ts';
import { createAskApi } from './ask-api.ts';
import { runningServices } from './aws.ts';
import { runBeside } from './beside.ts';
import { deliverTriggers, invokeLater } from './deliveries.ts';
import { createEventBuses } from './event-buses.ts';
import { createExecutionsService, type Followed } from './executions.ts';
import { createFaultBook } from './fault-book.ts';
import { createFunctions } from './functions.ts';
import { createMachineCalls } from './machine-calls.ts';
import { createMachineTasks } from './machine-tasks.ts';
import {
  checksIdle,
  inWorld,
  machineTimeoutSeconds,
  startExecution,
  withClock,
} from './machine.ts';
import type { Observed, SeenCheck, SeenEvent, SeenPost } from './observed.ts';
import { createOpenLink } from './open-link.ts';
import { createProviderHost } from './provider-host.ts';
import { createBucket } from './s3.ts';
import { createVault } from './secrets.ts';
import { scheduleTimedFaults } from './timed-faults.ts';
import { createTimeline } from './timeline.ts';
import { createWitness } from './witness.ts';

/** What every line of the log tells, so that all lines about a generation are found. */
const whatLinesTell = ['provider', 'generationId', 'execution'];

/** Minutes after an end at which sweeps look at it, of those that the schedule has. */
const sweptAfter = [20, 50];

/** Minutes that a late status event takes. */
const lateMinutes = 30;

const tookTooLong = ({ name, startedAt, end }: Followed): string[] => {
  const seconds = ((end?.at ?? Infinity) - startedAt) / 1000;
  return seconds > machineTimeoutSeconds
    ? [`${name} ran for ${seconds} s, longer than Step Functions lets it`]
    : [];
};

/**
 * Runs a case from its first trigger until nothing is left to happen.
 *
 * @param broken what a machine would do that is wrong: for tests of the oracle
 */
export const runCase = async (
  faultCase: FaultCase,
  broken = (tasks: TaskHandlers): TaskHandlers => tasks,
): Promise<Observed> => {
  const clock = createTimeline(startOfCase);
  const witness = createWitness();
  const faults = createFaultBook(faultCase.faults);
  const dice = createDice(faultCase.name);
  const host = createProviderHost({ faultCase, clock, faults, witness });
  const writes: number[] = [];
  const bucket = createBucket(faults, witness, () => writes.push(clock.now()));
  const vault = createVault(host.apiKey(), faults, witness);
  const posts: SeenPost[] = [];
  const network = { faultCase, host, faults, clock, witness, posts };
  const served = new Set<string>();
  const events: SeenEvent[] = [];
  const checks: SeenCheck[] = [];
  const states = new Map<string, string[]>();
  const unannounced: string[] = [];
  let statusEvents = 0;

  const log: Log = (level, message, fields) => {
    const line = JSON.stringify({ level, message, ...fields });
    witness.exposed('a log line', line);
    const missing = whatLinesTell.filter((name) => (fields[name] ?? '') === '');
    if (missing.length > 0 || 'message' in fields)
      witness.violated(`a log line does not tell what it is about: ${line}`);
  };
  const measure: Measure = (values, by) =>
    witness.exposed('a measurement', JSON.stringify({ ...by, ...values }));
  const buses = createEventBuses({
    faults,
    witness,
    arrived: (event) => {
      events.push({ ...event, at: clock.now(), objects: new Map(bucket.objects) });
      deliveries.hear(event);
    },
  });
  const functions = createFunctions({
    faults,
    clock,
    witness,
    askApi: (caller) => createAskApi(network, caller),
    openLink: createOpenLink({ ...network, served }),
    random: dice.next,
    log,
    measure,
    onCheck: (execution) => checks.push({ execution, at: clock.now() }),
  });
  const machine = createMachineTasks({
    functions,
    bus: buses.ofMachine,
    clock,
    witness,
    dice,
    posts,
  });

  const { calls, delayed } = createMachineCalls({ faults, clock, witness, dice, withClock });

  const executions = createExecutionsService({
    faults,
    clock,
    witness,
    run: startExecution,
    stateOf: (arn) => states.get(arn)?.at(-1),
    statusChanged: (detail) => {
      const event = {
        source: 'aws.states',
        'detail-type': 'Step Functions Execution Status Change',
        detail,
      };
      for (const minutes of sweptAfter)
        clock.at(clock.now() + minutes * 60_000, async () =>
          runBeside(clock, async (own) => {
            // What it does not find is found by the next one.
            await functions.sweep(own, `sweep-${clock.now()}`).catch(() => undefined);
          }),
        );
      const fault = faults.meet('statusEvent');
      if (fault?.how === 'lost') return;
      const delivery = `status-${(statusEvents += 1)}`;
      const deliver = (): void =>
        invokeLater(
          clock,
          async (own) => functions.announce(event, own, delivery),
          () => unannounced.push(detail.executionArn),
        );
      if (fault === undefined) deliver();
      else clock.at(clock.now() + lateMinutes * 60_000, async () => deliver());
    },
  });

  const deliveries = deliverTriggers({ faultCase, faults, clock, functions });
  for (const trouble of faultCase.troubles) faults.struck(trouble);
  if (faultCase.files.some(({ statedBytes }) => statedBytes !== undefined))
    witness.saw('wrong length');
  if ([...faultCase.files, ...(faultCase.exportFiles ?? [])].some(({ lateSeconds }) => lateSeconds))
    witness.saw('download trouble');
  if ((faultCase.exportFiles?.length ?? Infinity) < exportAsFormats.length)
    witness.saw('export failed');
  scheduleTimedFaults({ faults, clock, witness, host, vault, bucket, executions });

  const entered = (execution: string, state: string): void => {
    const known = states.get(execution) ?? [];
    states.set(execution, known);
    known.push(state);
  };
  const services = {
    s3: bucket.service,
    secrets: vault.service,
    stepFunctions: executions.service,
    events: buses.service,
  };
  await runningServices.run(services, async () =>
    inWorld({ clock, tasks: broken(machine.tasks), calls, entered }, async () => {
      do {
        await executions.idle();
        await functions.idle();
        await checksIdle();
      } while (!executions.isIdle() || (await clock.skip()));
    }),
  );

  for (const violation of executions.all().flatMap(tookTooLong)) witness.violated(violation);
  return {
    faultCase,
    witness,
    events,
    executions: executions.all(),
    checks,
    states,
    attempts: machine.attempts,
    triggers: deliveries.triggers,
    unannounced,
    served,
    secrets: host.secrets(),
    otherRequests: host.otherRequests(),
    posts,
    creations: host.creations,
    messages: host.messages,
    objects: bucket.objects,
    writes,
    delayed: machine.delayed() + delayed(),
    strikes: faults.strikes,
  };
};
