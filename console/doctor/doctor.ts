import { explain } from '../aws/explain.ts';
import type { Finding } from '../backend.ts';
import { concurrency, reserved, rules } from './capacity.ts';
import { keys } from './keys.ts';
import type { Found, Look, Patient } from './look.ts';
import { alarms, deployment, lifecycle, queue } from './stack-looks.ts';
import { clock, node, version } from './this-machine.ts';

/** Everything that is looked at, in the order in which an operator would. */
const looks: readonly (readonly [about: string, look: Look])[] = [
  ['Node.js', node],
  ['clock', clock],
  ['version', version],
  ['stack', deployment],
  ['keys', keys],
  ['rules', rules],
  ['dead letters', queue],
  ['alarms', alarms],
  ['Lambda concurrency', concurrency],
  ['reserved concurrency', reserved],
  ['bucket', lifecycle],
];

/** What a look finds; what cannot be looked at is a finding itself. */
const findingsOf = async (look: Look, patient: Patient): Promise<readonly Found[]> => {
  try {
    return [await look(patient)].flat();
  } catch (error) {
    const says = explain(error, patient.deployed);
    if (says === undefined) throw error;
    const remedy = 'give your role the permission, or look in the console';
    return [{ gravity: 'unknown', says: `could not be looked at: ${says}`, remedy }];
  }
};

/** Looks at a deployed archiver as an experienced operator would. */
export async function* examine(patient: Patient): AsyncGenerator<Finding> {
  for (const [about, look] of looks)
    for (const found of await findingsOf(look, patient)) yield { about, ...found };
}
