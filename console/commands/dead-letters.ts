import { exitStatus } from '../../local/command-request.ts';
import { plain } from '../../local/terminal-text.ts';
import type { Backend, DeadLetter } from '../backend.ts';
import { confirmed } from './confirmed.ts';
import type { Act, Terminal } from './terminal.ts';
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
const jsonOf = ({ id, detailType, provider, about, sentAt, consequence, reason }: DeadLetter) =>
  jsonLine({ id, detailType, provider, about, sentAt, consequence, reason });

const resendAll = async (
  backend: Pick<Backend, 'resend'>,
  letters: readonly DeadLetter[],
  { errors }: Terminal,
): Promise<number> => {
  let left = 0;
  for (const letter of letters) {
    const why = await backend.resend(letter);
    if (why === undefined) continue;
    left += 1;
    errors.write(`${plain(`left in the queue: ${rowOf(letter).join(' ').trim()}: ${why}`)}\n`);
  }
  errors.write(`${letters.length - left} sent again, ${left} left.\n`);
  return left === 0 ? exitStatus.archived : exitStatus.notArchived;
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
  async ({ backend }, terminal) => {
    const { output, errors } = terminal;
    const letters = await backend.deadLetters();
    try {
      output.write(json ? letters.map(jsonOf).join('') : linesOf(columns(letters.map(rowOf))));
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
      return await resendAll(backend, letters, terminal);
    } finally {
      await backend.release();
    }
  };
