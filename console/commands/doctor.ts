import { exitStatus } from '../../local/command-request.ts';
import { plain } from '../../local/terminal-text.ts';
import type { Finding, Gravity } from '../backend.ts';
import type { Common, Connection, Terminal } from './terminal.ts';
import { jsonLine } from './text.ts';

const marks: Readonly<Record<Gravity, string>> = {
  good: '✓',
  doubtful: '!',
  bad: '✗',
  unknown: '?',
};

const lineOf = ({ gravity, about, says, remedy }: Finding): string =>
  `${plain(`${marks[gravity]} ${about}: ${says}`)}\n` +
  (remedy === undefined ? '' : `    ${plain(remedy)}\n`);

/** Tells each finding as it is made. @returns 1 where something is bad */
export const doctor =
  ({ json }: Pick<Common, 'json'>) =>
  async (connection: Pick<Connection, 'doctor'>, { output }: Pick<Terminal, 'output'>) => {
    let isBad = false;
    for await (const finding of connection.doctor()) {
      isBad ||= finding.gravity === 'bad';
      output.write(json ? jsonLine(finding) : lineOf(finding));
    }
    return isBad ? exitStatus.notArchived : exitStatus.archived;
  };
