import { exitStatus } from '../../local/command-request.ts';
import { plain } from '../../local/terminal-text.ts';
import type { Finding, Gravity } from '../backend.ts';
import type { Terminal } from './terminal.ts';

const marks: Readonly<Record<Gravity, string>> = {
  good: '✓',
  doubtful: '!',
  bad: '✗',
  unknown: '?',
};

const lineOf = ({ gravity, about, says, remedy }: Finding): string =>
  plain(`${marks[gravity]} ${about}: ${says}`) +
  (remedy === undefined ? '' : `\n    ${plain(remedy)}`);

/** Tells each finding as it is made. @returns 1 where something is bad */
export const doctor = async (
  findings: AsyncIterable<Finding>,
  json: boolean,
  { output }: Terminal,
): Promise<number> => {
  let isBad = false;
  for await (const finding of findings) {
    isBad ||= finding.gravity === 'bad';
    output.write(`${json ? JSON.stringify(finding) : lineOf(finding)}\n`);
  }
  return isBad ? exitStatus.notArchived : exitStatus.archived;
};
