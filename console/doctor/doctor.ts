import type { Finding } from '../backend.ts';
import { keys } from './keys.ts';
import { lookAt, type Look, type Patient } from './look.ts';
import {
  alarms,
  concurrency,
  deployment,
  lifecycle,
  machine,
  queue,
  reserved,
  rules,
} from './stack-looks.ts';

/** Everything that is looked at, in the order in which an operator would. */
const looks: readonly (readonly [string, Look])[] = [
  ['this machine', machine],
  ['stack', deployment],
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
  const { stackName, region } = patient.deployed;
  for (const [about, look] of looks)
    yield* await lookAt(about, look, patient, { stackName, region });
}
