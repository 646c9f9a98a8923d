import { describe, expect, it } from 'vitest';
import { errorCodes, type ErrorCode } from '../../lambdas/contract/error-codes.ts';
import type { ExecutionFound, LastState } from '../../lambdas/contract/ports.ts';
import { notStartedOf } from '../../lambdas/contract/result-of.ts';
import {
  cancelledDetailSchema,
  notStartedDetailSchema,
  resultDetailSchema,
} from '../../lambdas/contract/results.ts';
import { freshStartMemory } from '../../lambdas/contract/start-state.ts';
import { freshMemory } from '../../lambdas/contract/state.ts';
import { createAnnounceStopped } from '../../lambdas/handlers/announce-stopped.ts';
import { keptEvents, keptLog, keptMeasurements } from '../support/fake-world.ts';
import { aGeneration, aRequestedGeneration } from '../support/generation.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const arn = 'arn:aws:states:eu-west-1:111122223333:execution:Archiver:gamma-1';
const input = JSON.stringify({
  generation: aGeneration(),
  poll: { next: 'wait', waitSeconds: 20, memory: freshMemory },
  copy: {},
});
const ended: ExecutionFound = { running: false, input };

const statusChange = (status: string) => ({
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    executionArn: arn,
    stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:Archiver',
    name: 'gamma-1',
    status,
  },
});

const announce = async (
  status: string,
  found: ExecutionFound | undefined = ended,
  lastState?: LastState,
) => {
  const { bus, events } = keptEvents();
  const { log, lines } = keptLog();
  const { measure, measurements } = keptMeasurements();
  const asked: string[] = [];
  const describeExecution = async (name: string) => {
    asked.push(name);
    return found;
  };
  const executions = { describe: describeExecution, lastState: async () => lastState };
  await createAnnounceStopped({ bus, executions, clock: virtualClock(), log, measure })(
    statusChange(status),
  );
  return { events, lines, asked, measurements };
};

describe('an execution that ended without a word', () => {
  it.each([
    ['ABORTED', undefined, 'was stopped by hand'],
    ['TIMED_OUT', undefined, 'outlived its time limit and was stopped'],
    ['FAILED', 'States.DataLimitExceeded', 'failed with States.DataLimitExceeded'],
    ['FAILED', 'EventBridge.FailedEntry', 'failed with EventBridge.FailedEntry'],
    ['FAILED', 'what <nobody> should read', 'failed with an error'],
  ])('is announced as not archived: %s %s', async (status, error, says) => {
    const { events, asked } = await announce(status, {
      ...ended,
      ...(error === undefined ? {} : { error }),
    });
    expect(asked).toEqual(['gamma-1']);
    expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Not Archived']);
    expect(resultDetailSchema.strict().parse(events[0]?.detail)).toEqual({
      version: '1',
      provider: 'gamma',
      generationId: 'gen-1',
      credential: 'default',
      metadata: { customer: '42' },
      error: {
        code: 'InternalError',
        message: expect.stringContaining(
          `the execution ${says} before its result was announced`,
        ) as string,
      },
      timing: {
        requestedAt: '2026-11-20T10:00:00.000Z',
        endedAt: '2026-11-20T10:00:00.000Z',
        checks: 0,
      },
      execution: arn,
    });
  });

  it('is announced as cancelled where it was stopped on request', async () => {
    const { events, lines } = await announce('ABORTED', {
      ...ended,
      error: 'GenerationCancelled',
      cause: 'cancelled by the event e1',
    });
    expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Cancelled']);
    expect(resultDetailSchema.strict().parse(events[0]?.detail)).toMatchObject({
      generationId: 'gen-1',
      error: {
        code: 'GenerationCancelled',
        message: expect.stringContaining('own job goes on') as string,
      },
    });
    expect(lines.map(({ message }) => message)).toEqual(['cancelled execution announced']);
  });

  it.each(errorCodes)('is left alone where the machine has announced it: %s', async (error) => {
    const { events, lines } = await announce('FAILED', { ...ended, error });
    expect(events).toEqual([]);
    expect(lines.map(({ message }) => message)).toEqual(['announced by the machine']);
  });

  it('is announced where it was stopped, whatever error the stop was given', async () => {
    const { events } = await announce('ABORTED', { ...ended, error: 'GenerationFailed' });
    expect(events).toHaveLength(1);
  });

  it.each([
    ['is not known yet', undefined],
    ['is said to run still', { ...ended, running: true }],
  ])('is tried again where it %s', async (_, found) => {
    const { bus, events } = keptEvents();
    const { log } = keptLog();
    const { measure, measurements } = keptMeasurements();
    const handler = createAnnounceStopped({
      bus,
      executions: { describe: async () => found, lastState: async () => undefined },
      clock: virtualClock(),
      log,
      measure,
    });
    await expect(handler(statusChange('ABORTED'))).rejects.toThrow(
      'the execution gamma-1 has ended (ABORTED), but Step Functions does not say so yet',
    );
    expect(events).toEqual([]);
    expect(measurements).toEqual([]);
  });

  it.each(['{"generation":{"apiKey":"sk-secret"}}', 'sk-secret', ''])(
    'is kept for a person where it was started by hand, its input unquoted: %s',
    async (text) => {
      const attempt = announce('ABORTED', { running: false, input: text });
      await expect(attempt).rejects.toThrow('has no input of intake');
      await expect(attempt).rejects.not.toThrow('sk-secret');
    },
  );

  it.each([
    ['GenerationFailed', 'Failed', []],
    ['DeadlineExceeded', 'TimedOut', []],
    ['CredentialMissing', 'NotArchived', []],
    ['StorageFailed', 'NotArchived', [{ InternalFailures: 1 }]],
    ['InternalError', 'NotArchived', [{ InternalFailures: 1 }]],
  ])(
    'is counted once where the machine has announced it, and apart where nobody else is to blame: %s',
    async (error, outcome, own) => {
      const { measurements } = await announce('FAILED', { ...ended, error });
      expect(measurements).toEqual([{ provider: 'gamma', outcome, Outcomes: 1 }, ...own]);
    },
  );

  it.each([
    ['FAILED', [{ InternalFailures: 1 }]],
    ['TIMED_OUT', []],
    ['ABORTED', [{ StoppedExecutions: 1 }]],
  ])(
    'is counted where it is announced here, and as a failure of our own only where nothing stopped it: %s',
    async (status, own) => {
      const { measurements } = await announce(status);
      expect(measurements).toEqual([
        { provider: 'gamma', outcome: 'NotArchived', Outcomes: 1 },
        ...own,
      ]);
    },
  );

  it('is counted as cancelled where an event asked for that, and nothing else', async () => {
    const { measurements } = await announce('ABORTED', { ...ended, error: 'GenerationCancelled' });
    expect(measurements).toEqual([{ provider: 'gamma', outcome: 'Cancelled', Outcomes: 1 }]);
  });

  it('is counted without a provider where its input does not tell', async () => {
    const { measurements, lines } = await announce('FAILED', {
      running: false,
      input: 'by hand',
      error: 'InternalError',
    });
    expect(measurements).toEqual([{ InternalFailures: 1 }]);
    expect(lines).toMatchObject([
      { fields: { provider: 'unknown', generationId: 'unknown', execution: arn } },
    ]);
  });

  describe('and had to start its generation', () => {
    const poll = { next: 'wait', waitSeconds: 0, memory: freshMemory };
    const requested = {
      generation: aRequestedGeneration(),
      request: { prompt: 'a deck' },
      start: { memory: freshStartMemory },
      poll,
      copy: {},
    };
    const found: ExecutionFound = { running: false, input: JSON.stringify(requested) };
    const followed = {
      generation: aGeneration({ requestId: 'request-1' }),
      poll: { ...poll, memory: { ...freshMemory, checks: 3 } },
      copy: {},
    };

    const start = {
      next: 'wait',
      waitSeconds: 30,
      memory: { ...freshStartMemory, attempts: 1, throttles: 1 },
    };
    const uncertain = {
      ...start,
      memory: { ...start.memory, uncertainSince: '2026-11-20T10:00:00.000Z' },
    };
    const endOf = (code: ErrorCode) =>
      notStartedOf(requested.generation, {
        execution: arn,
        now: 0,
        problem: { code, message: 'told by the start' },
      });

    const perhaps: readonly (readonly [string, LastState | undefined])[] = [
      ['nothing', undefined],
      ['that it was being started', { data: JSON.stringify(requested), inTask: true }],
      [
        'that it was being started again',
        { data: JSON.stringify({ ...requested, start }), inTask: true },
      ],
      [
        'that an attempt had broken off',
        {
          data: JSON.stringify({ ...requested, error: { Error: 'States.Timeout' } }),
          inTask: false,
        },
      ],
      [
        'that the answer to an attempt was lost',
        { data: JSON.stringify({ ...requested, start: uncertain }), inTask: false },
      ],
      [
        'that it ended uncertain',
        {
          data: JSON.stringify({
            ...requested,
            start: { ...start, next: 'stop', result: endOf('StartUncertain') },
          }),
          inTask: true,
        },
      ],
      [
        'that it was accepted, with a state that nobody understands',
        {
          data: JSON.stringify({ ...requested, start: { ...start, next: 'accepted', state: {} } }),
          inTask: false,
        },
      ],
      [
        'an answer to the start that nobody understands',
        { data: JSON.stringify({ ...requested, start: 7 }), inTask: false },
      ],
      ['what nobody understands', { data: '{"generation":', inTask: false }],
    ];
    const certainlyNot: readonly (readonly [string, LastState])[] = [
      ['that it had yet to be started', { data: JSON.stringify(requested), inTask: false }],
      [
        'that it waited for the next attempt',
        { data: JSON.stringify({ ...requested, start }), inTask: false },
      ],
      [
        'that the provider had refused it',
        {
          data: JSON.stringify({
            ...requested,
            start: { ...start, next: 'stop', result: endOf('InsufficientCredits') },
          }),
          inTask: true,
        },
      ],
    ];

    it.each(perhaps)(
      'is announced as not started, for all that anybody knows, where its history tells %s',
      async (_, lastState) => {
        const { events } = await announce('ABORTED', found, lastState);
        expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Not Started']);
        expect(notStartedDetailSchema.strict().parse(events[0]?.detail)).toMatchObject({
          requestId: 'request-1',
          error: { code: 'StartUncertain' },
        });
      },
    );

    it.each(certainlyNot)(
      'is announced as not started, for certain, where its history tells %s',
      async (_, lastState) => {
        const { events } = await announce('ABORTED', found, lastState);
        expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Not Started']);
        const { error } = notStartedDetailSchema.strict().parse(events[0]?.detail);
        expect(error).toEqual({
          code: 'InternalError',
          message: expect.stringContaining('stopped by hand before anything was started') as string,
        });
      },
    );

    const byRequest: ExecutionFound = {
      ...found,
      error: 'GenerationCancelled',
      cause: 'cancelled by the event e1',
    };

    it.each([
      ...certainlyNot.map(([tells, lastState]) => ({
        tells,
        lastState,
        code: 'GenerationCancelled',
        says: 'before anything was started',
      })),
      ...perhaps.map(([tells, lastState]) => ({
        tells,
        lastState,
        code: 'StartUncertain',
        says: 'may exist, or still begin, and may be paid',
      })),
    ])(
      'is announced as cancelled, without an id, as $code where its history tells $tells',
      async ({ lastState, code, says }) => {
        const { events, lines, measurements } = await announce('ABORTED', byRequest, lastState);
        expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Cancelled']);
        const detail = cancelledDetailSchema.strict().parse(events[0]?.detail);
        expect(detail).toMatchObject({
          requestId: 'request-1',
          metadata: { customer: '42' },
          error: { code },
        });
        expect(detail).not.toHaveProperty('generationId');
        expect(detail.error.message).toContain(says);
        expect(lines.map(({ message }) => message)).toEqual(['cancelled execution announced']);
        expect(measurements).toEqual([{ provider: 'gamma', outcome: 'Cancelled', Outcomes: 1 }]);
      },
    );

    it.each([
      ['that it was followed', followed],
      [
        'that it was accepted, and not yet announced',
        { ...requested, start: { next: 'accepted', state: followed } },
      ],
    ])(
      'is announced with its id and what was known, as not archived or cancelled, where its history tells %s',
      async (_, state) => {
        const lastState = { data: JSON.stringify(state), inTask: true };
        const cancelled = await announce('ABORTED', byRequest, lastState);
        expect(cancelled.events).toMatchObject([
          {
            detailType: 'Generation Cancelled',
            detail: {
              generationId: 'gen-1',
              requestId: 'request-1',
              error: { code: 'GenerationCancelled' },
            },
          },
        ]);
        const { events } = await announce('TIMED_OUT', found, lastState);
        expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Not Archived']);
        expect(resultDetailSchema.strict().parse(events[0]?.detail)).toMatchObject({
          generationId: 'gen-1',
          requestId: 'request-1',
          error: { code: 'InternalError' },
          timing: { checks: 3 },
        });
      },
    );
  });
});
