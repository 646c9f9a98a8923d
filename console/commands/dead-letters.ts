import { exitStatus } from '../../local/command-request.ts';
import { plain } from '../../local/terminal-text.ts';
import type { DeadLetter } from '../backend.ts';
import { attempted } from './attempted.ts';
import { confirmed } from './confirmed.ts';
import { isInterrupted, type Act, type Connection, type Terminal } from './terminal.ts';
import { columns, jsonLine, linesOf } from './text.ts';

const rowOf = ({
  detailType,
  provider = '',
  about = '',
  sentAt = '',
  consequence,
  reason = '',
}: DeadLetter): string[] =>
  [detailType, provider, about, sentAt, consequence, reason].map((text) => plain(text));

/** What an operator may see of a dead letter: never the event, which may hold an answer or a prompt. */
const shownOf = ({ id, detailType, provider, about, sentAt, consequence, reason }: DeadLetter) => ({
  id,
  detailType,
  provider,
  about,
  sentAt,
  consequence,
  reason,
});

const resendAll = async (
  connection: Connection,
  letters: readonly DeadLetter[],
  json: boolean,
  terminal: Terminal,
): Promise<number> => {
  const { output, errors } = terminal;
  let sent = 0;
  for (const letter of letters) {
    if (isInterrupted(terminal)) break;
    const why = await attempted(connection, () => connection.backend.resend(letter));
    if (why === undefined) sent += 1;
    else errors.write(`${plain(`left in the queue: ${rowOf(letter).join(' ')}: ${why}`)}\n`);
    if (json) output.write(jsonLine({ ...shownOf(letter), sent: why === undefined, why }));
  }
  errors.write(`${sent} sent again, ${letters.length - sent} left.\n`);
  if (isInterrupted(terminal)) return exitStatus.interrupted;
  return sent === letters.length ? exitStatus.archived : exitStatus.notArchived;
};

/** See {@link deadLetters}. */
interface LettersOptions {
  readonly send: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Lists what could not be handled, and sends it again where that is wanted. */
export const deadLetters =
  ({ send, yes, json }: LettersOptions): Act =>
  async (connection, terminal) => {
    const { backend } = connection;
    const { output, errors } = terminal;
    const letters = await backend.deadLetters();
    try {
      if (!json) output.write(linesOf(columns(letters.map(rowOf))));
      else if (!send) output.write(letters.map((one) => jsonLine(shownOf(one))).join(''));
      if (letters.length === 0) {
        errors.write('There are no dead letters.\n');
        return exitStatus.archived;
      }
      if (!send) {
        errors.write(
          `${letters.length} in the queue. Repair the cause first, then: generation-archiver dead-letters --send\n`,
        );
        return exitStatus.notArchived;
      }
      const question = `Send ${letters.length} again, and delete what is taken?`;
      if (!(await confirmed(question, yes, terminal))) return exitStatus.notArchived;
      return await resendAll(connection, letters, json, terminal);
    } finally {
      await backend.release();
    }
  };
