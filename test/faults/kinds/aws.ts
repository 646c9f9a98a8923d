import type { Dice } from '../dice.ts';
import type { Fault, FunctionName, Refusal, S3Operation } from '../fault-case.ts';
import { notReadyErrors } from '../never-ran.ts';
import { when, type Kind } from './kind.ts';

type Of<P extends Fault['place']> = Extract<Fault, { place: P }>;

const operations: readonly S3Operation[] = [
  'HeadObject',
  'GetObject',
  'PutObject',
  'CreateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
  'ListParts',
];

/** The SDK tries three times: more than that is a failure that the functions see. */
const sometimesLong = (dice: Dice): number =>
  dice.chance(0.4) ? dice.between(3, 9) : dice.between(1, 2);

const s3 = (
  kind: string,
  how: Of<'s3'>['how'],
  which: readonly S3Operation[] = operations,
): Kind => ({
  kind,
  make: (dice): Of<'s3'> => ({
    kind,
    place: 's3',
    operation: dice.pick(which),
    ...when(dice, 2),
    times: sometimesLong(dice),
    how,
  }),
});

const secret = (kind: string, how: Of<'secret'>['how']): Kind => ({
  kind,
  make: (dice): Of<'secret'> => ({
    kind,
    place: 'secret',
    at: dice.between(0, 1),
    times: sometimesLong(dice),
    how,
  }),
});

/**
 * Calls to the world of most invocations; a start and an export read the key and post, and tell
 * nobody after the last one.
 */
const callsOf: Readonly<Record<FunctionName, number>> = {
  check: 12,
  copy: 40,
  start: 3,
  export: 3,
  reply: 12,
  intake: 12,
  announce: 12,
  sweep: 12,
};

const lambda = (
  kind: string,
  name: FunctionName,
  error: string,
  dies: boolean,
  times: (dice: Dice) => number,
): Kind => ({
  kind,
  make: (dice): Of<'lambda'> => ({
    kind,
    place: 'lambda',
    function: name,
    ...when(dice, 3),
    times: times(dice),
    error,
    ...(dies ? { afterCalls: dice.between(0, callsOf[name]) } : {}),
  }),
});

/** Shorter than the machine's patience, and longer. */
const notReady = (name: FunctionName): Kind => ({
  kind: `the ${name} is not ready`,
  make: (dice): Of<'lambda'> => ({
    kind: `the ${name} is not ready`,
    place: 'lambda',
    function: name,
    ...when(dice, 3),
    times: dice.chance(0.2) ? dice.between(20, 60) : dice.between(1, 15),
    error: dice.pick(notReadyErrors),
  }),
});

const once = (dice: Dice): number => (dice.chance(0.25) ? dice.between(3, 5) : 1);

const queue = (dice: Dice): number => dice.between(1, 30);

/**
 * A function that always breaks off is invoked again for longer than a provider knows a repetition.
 */
const sometimesForLong = (dice: Dice): number =>
  dice.chance(0.15) ? dice.between(10, 40) : once(dice);

const killed = (name: FunctionName, often = once): Kind[] => [
  lambda(`the ${name} runs into its time limit`, name, 'Sandbox.Timedout', true, often),
  lambda(`the ${name} runs out of memory`, name, 'Runtime.OutOfMemory', true, often),
  lambda(`the ${name} is killed`, name, 'Runtime.ExitError', true, often),
  lambda(`the ${name} is throttled`, name, 'Lambda.TooManyRequestsException', false, queue),
  notReady(name),
  lambda(`Lambda has trouble with the ${name}`, name, 'Lambda.ServiceException', false, (dice) =>
    dice.between(1, 12),
  ),
  lambda(
    `Lambda does not answer about the ${name}`,
    name,
    'Lambda.SdkClientException',
    true,
    (dice) => dice.between(1, 4),
  ),
];

/** What AWS does to the function that starts generations. */
export const startFunctionKinds: readonly Kind[] = [
  ...killed('start', sometimesForLong),
  lambda('the start outlives its task', 'start', 'States.Timeout', true, once),
];

/** What AWS does to the function that asks for exports. */
export const exportFunctionKinds: readonly Kind[] = killed('export');

/** What AWS does to the function that sends replies. */
export const replyFunctionKinds: readonly Kind[] = killed('reply');

/** A fault without its kind, which names it. */
type Struck<P extends Fault['place']> = Omit<Of<P>, 'kind'>;

const kindOf = (kind: string, make: (dice: Dice) => object): Kind => ({
  kind,
  make: (dice) => ({ kind, ...make(dice) }) as Fault,
});

const throttling: Refusal = { status: 400, code: 'ThrottlingException' };

const slowDown: Refusal = { status: 503, code: 'SlowDown' };

/** What AWS does. */
export const awsKinds: readonly Kind[] = [
  s3('S3 says SlowDown', slowDown),
  s3('S3 says InternalError', { status: 500, code: 'InternalError' }),
  s3('S3 says ServiceUnavailable', { status: 503, code: 'ServiceUnavailable' }),
  s3('S3 says RequestTimeout', { status: 400, code: 'RequestTimeout' }, [
    'PutObject',
    'UploadPart',
  ]),
  s3('S3 says AccessDenied', { status: 403, code: 'AccessDenied' }),
  s3('S3 says NoSuchBucket', { status: 404, code: 'NoSuchBucket' }),
  s3('S3 says NoSuchUpload', { status: 404, code: 'NoSuchUpload' }, [
    'UploadPart',
    'CompleteMultipartUpload',
    'ListParts',
  ]),
  s3('S3 says PreconditionFailed', { status: 412, code: 'PreconditionFailed' }, [
    'PutObject',
    'CompleteMultipartUpload',
  ]),
  s3('S3 says ConditionalRequestConflict', { status: 409, code: 'ConditionalRequestConflict' }, [
    'PutObject',
    'CompleteMultipartUpload',
  ]),
  s3('another object of the same length and CRC-32 is there first', 'twin', [
    'PutObject',
    'CompleteMultipartUpload',
  ]),
  {
    kind: 'the bucket refuses every write',
    make: (): Of<'s3'> => ({
      kind: 'the bucket refuses every write',
      place: 's3',
      operation: 'PutObject',
      at: 0,
      times: 100_000,
      how: { status: 403, code: 'AccessDenied' },
    }),
  },
  s3('the bucket is in another region', { status: 301, code: 'PermanentRedirect' }),
  s3('S3 says BadDigest', { status: 400, code: 'BadDigest' }, [
    'PutObject',
    'UploadPart',
    'CompleteMultipartUpload',
  ]),
  s3('S3 is not reached', 'reset'),
  s3('the answer of S3 is lost', 'loseAnswer'),
  s3('somebody else writes the key first', 'plant', ['PutObject', 'CompleteMultipartUpload']),
  s3('S3 stores other bytes', 'corrupt', ['PutObject', 'CompleteMultipartUpload']),
  s3('an object vanishes', 'vanish', ['PutObject', 'CompleteMultipartUpload', 'HeadObject']),
  secret('the secret is missing', { status: 400, code: 'ResourceNotFoundException' }),
  secret('the secret is scheduled for deletion', { status: 400, code: 'InvalidRequestException' }),
  secret('the key of the secret is disabled', { status: 400, code: 'DecryptionFailure' }),
  secret('Secrets Manager has trouble', { status: 500, code: 'InternalServiceError' }),
  secret('Secrets Manager throttles', throttling),
  secret('the secret may not be read', { status: 400, code: 'AccessDeniedException' }),
  secret('Secrets Manager is not reached', 'reset'),
  ...killed('check'),
  ...killed('copy'),
  lambda('intake is killed', 'intake', 'Runtime.ExitError', true, (dice) => dice.between(1, 2)),
  lambda('intake is never run', 'intake', 'Lambda.TooManyRequestsException', false, (dice) =>
    dice.between(1, 4),
  ),
  kindOf('Step Functions cannot send events for a while', (dice): Struck<'announcement'> => ({
    place: 'announcement',
    at: 0,
    times: dice.between(1, 12),
    how: dice.pick(['refuse', 'partly']),
  })),
  kindOf('Step Functions cannot send events', (dice): Struck<'announcement'> => ({
    place: 'announcement',
    at: 0,
    times: 100_000,
    how: dice.pick(['refuse', 'partly']),
  })),
  kindOf('an event that is sent is not confirmed', (): Struck<'announcement'> => ({
    place: 'announcement',
    at: 0,
    times: 1,
    how: 'loseAnswer',
  })),
  kindOf('the bus refuses the event of a function', (dice): Struck<'bus'> => ({
    place: 'bus',
    at: 0,
    times: dice.between(1, 7),
    how: dice.pick([
      { status: 500, code: 'InternalException' },
      throttling,
      'partly',
      'loseAnswer',
    ] as const),
  })),
  kindOf('Step Functions throttles StartExecution', (dice): Struck<'executions'> => ({
    place: 'executions',
    operation: 'StartExecution',
    at: dice.between(0, 1),
    times: dice.between(1, 7),
    how: throttling,
  })),
  kindOf('a started execution is not confirmed', (): Struck<'executions'> => ({
    place: 'executions',
    operation: 'StartExecution',
    at: 0,
    times: 1,
    how: 'loseAnswer',
  })),
  kindOf('Step Functions does not know an execution yet', (dice): Struck<'executions'> => ({
    place: 'executions',
    operation: 'DescribeExecution',
    at: 0,
    times: dice.between(1, 2),
    how: 'unknown',
  })),
  kindOf('what Step Functions tells of an execution is old', (dice): Struck<'executions'> => ({
    place: 'executions',
    operation: 'DescribeExecution',
    at: 0,
    times: dice.between(1, 3),
    how: 'stale',
  })),
  kindOf('a status event never comes', (dice): Struck<'statusEvent'> => ({
    place: 'statusEvent',
    at: 0,
    times: dice.between(1, 3),
    how: 'lost',
  })),
  kindOf('a status event comes late', (dice): Struck<'statusEvent'> => ({
    place: 'statusEvent',
    at: 0,
    times: dice.between(1, 3),
    how: 'late',
  })),
  kindOf('Step Functions throttles DescribeExecution', (dice): Struck<'executions'> => ({
    place: 'executions',
    operation: 'DescribeExecution',
    at: 0,
    times: dice.between(1, 4),
    how: throttling,
  })),
];

/** What Step Functions does where an execution is stopped on request. */
export const stoppingKinds: readonly Kind[] = [
  kindOf('Step Functions throttles StopExecution', (dice): Struck<'executions'> => ({
    place: 'executions',
    operation: 'StopExecution',
    at: 0,
    times: dice.between(1, 7),
    how: dice.pick([throttling, 'loseAnswer'] as const),
  })),
  kindOf('Step Functions cannot tell a history', (dice): Struck<'executions'> => ({
    place: 'executions',
    operation: 'GetExecutionHistory',
    at: 0,
    times: dice.between(1, 4),
    how: dice.pick([throttling, 'unknown'] as const),
  })),
];

const timed = (
  kind: string,
  what: Of<'time'>['what'],
  latest: number,
  forSeconds?: (dice: Dice) => number,
): Kind => ({
  kind,
  make: (dice): Of<'time'> => ({
    kind,
    place: 'time',
    at: dice.between(0, latest),
    times: 1,
    what,
    ...(forSeconds === undefined ? {} : { forSeconds: forSeconds(dice) }),
  }),
});

/** What people do, at a time. */
export const timedKinds: readonly Kind[] = [
  timed('the key is revoked', 'revokeKey', 300),
  timed('the key is rotated', 'rotateKey', 300, (dice) => dice.pick([0, 1, 4, 30])),
  timed('the secret is deleted', 'deleteSecret', 200, (dice) => dice.pick([0, 5, 60])),
  timed('the secret is spoilt', 'spoilSecret', 200, (dice) => dice.pick([0, 5, 60])),
  timed('somebody deletes an object', 'removeObject', 600),
  timed('the execution is stopped by hand', 'abort', 300),
  timed('the execution outlives its time', 'timeOut', 300),
];
