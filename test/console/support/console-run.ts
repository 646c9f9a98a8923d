import { PassThrough } from 'node:stream';
import type { Backend } from '../../../console/backend.ts';
import { runConsole } from '../../../console/commands/program.ts';
import { connectTo } from '../../../console/connect.ts';
import { startStandIn, type Answers } from '../../support/aws/stand-in.ts';

/** What a command came to. */
export interface Ran {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
  /** Actions in the order in which they were asked for. */
  readonly asked: readonly string[];
  /** What was put on the bus. */
  readonly sent: readonly { readonly DetailType: string; readonly Detail: string }[];
}

const gathering = () => {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
};

/** 2026-11-26T12:00:00Z: two hours after the first execution of the stand-in began. */
export const noon = Date.UTC(2026, 10, 26, 12);

/**
 * Sets variables of this process, whose tests share it: what was there before is put back by what is
 * returned.
 */
const withEnvironment = (environment: Readonly<Record<string, string>>): (() => void) => {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  return () => {
    for (const [name, value] of before)
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  };
};

/** Uses an archiver in a stand-in for AWS as a page does: for more than one question. */
export const withBackend = async (
  answers: Answers,
  use: (backend: Backend) => Promise<void>,
): Promise<void> => {
  const standIn = await startStandIn(answers);
  const putBack = withEnvironment(standIn.environment);
  try {
    const { backend } = await connectTo(
      '0.1.0',
      'v24.11.0',
      () => noon,
    )({
      stack: 'GenerationArchiver',
    });
    await use(backend);
  } finally {
    putBack();
    await standIn.close();
  }
};

/** Runs a command against a stand-in for AWS, as a program would: no terminal, no real time. */
export const runAgainst = async (
  answers: Answers,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> => {
  const standIn = await startStandIn(answers);
  const putBack = withEnvironment({ ...standIn.environment, ...environment });
  const output = gathering();
  const errors = gathering();
  let time = noon;
  try {
    const status = await runConsole(args, {
      connect: connectTo('0.1.0', 'v24.11.0', () => time),
      terminal: {
        input: new PassThrough() as unknown as NodeJS.ReadStream,
        output: output.stream,
        errors: errors.stream,
        stop: new AbortController().signal,
        interrupt: () => undefined,
        now: () => time,
        sleep: async (milliseconds) => {
          time += milliseconds;
        },
      },
      environment: process.env,
      version: '0.1.0',
    });
    const { asked } = standIn;
    return {
      status,
      output: output.text(),
      errors: errors.text(),
      asked: asked.map(({ action }) => action),
      sent: asked.flatMap(({ action, input }) =>
        action === 'events:PutEvents' ? (input['Entries'] as Ran['sent'][number][]) : [],
      ),
    };
  } finally {
    putBack();
    await standIn.close();
  }
};
