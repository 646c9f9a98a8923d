import type { Clients } from '../aws/clients.ts';
import { explain, type Place } from '../aws/explain.ts';
import type { Deployed } from '../aws/stack.ts';
import type { Finding } from '../backend.ts';

/** What the doctor looks at, and with what. */
export interface Patient {
  readonly clients: Clients;
  readonly deployed: Deployed;
  /** Of the package that looks. */
  readonly version: string;
  readonly nodeVersion: string;
}

/** One thing to look at. @throws where it cannot be looked at */
export type Look = (patient: Patient) => Promise<readonly Finding[]>;

/** Nothing needs to be done. */
export const good = (about: string, says: string): Finding => ({ gravity: 'good', about, says });

/** May be wanted so, or become a trouble. */
export const doubtful = (about: string, says: string, remedy: string): Finding => ({
  gravity: 'doubtful',
  about,
  says,
  remedy,
});

/** Keeps generations from being archived, or will. */
export const bad = (about: string, says: string, remedy: string): Finding => ({
  gravity: 'bad',
  about,
  says,
  remedy,
});

/** Looks at one thing; what cannot be looked at is a finding itself. */
export const lookAt = async (
  about: string,
  look: Look,
  patient: Patient,
  place: Place,
): Promise<readonly Finding[]> => {
  try {
    return await look(patient);
  } catch (error) {
    const says = explain(error, place);
    if (says === undefined) throw error;
    const remedy = 'give your role the permission, or look in the console';
    return [{ gravity: 'unknown', about, says: `could not be looked at: ${says}`, remedy }];
  }
};
