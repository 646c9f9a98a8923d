import type { Finding } from '../backend.ts';
import { concurrency, reserved, rules } from './capacity.ts';
import { keys } from './keys.ts';
import { findingsOf, type Look, type Patient } from './look.ts';
import { alarms, deployment, lifecycle, otherArchivers, queue } from './stack-looks.ts';
import { clock, node, version } from './this-machine.ts';

/** Everything that is looked at, in the order in which an operator would. */
const looks: readonly (readonly [about: string, look: Look])[] = [
  ['Node.js', node],
  ['clock', clock],
  ['version', version],
  ['stack', deployment],
  ['other archivers', otherArchivers],
  ['keys', keys],
  ['rules', rules],
  ['dead letters', queue],
  ['alarms', alarms],
  ['Lambda concurrency', concurrency],
  ['reserved concurrency', reserved],
  ['bucket', lifecycle],
];

/** Looks at a deployed archiver as an experienced operator would. */
export async function* examine(patient: Patient): AsyncGenerator<Finding> {
  for (const [about, look] of looks)
    for (const found of await findingsOf(patient, () => look(patient))) yield { about, ...found };
}
