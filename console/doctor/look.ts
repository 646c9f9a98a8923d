import type { Clients } from '../aws/clients.ts';
import { explain } from '../aws/explain.ts';
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

/** A finding. `about`: where it is not what the look as a whole is about. */
export type Found = Omit<Finding, 'about'> & Partial<Pick<Finding, 'about'>>;

/** One thing to look at. @throws where it cannot be looked at */
export type Look = (patient: Patient) => Promise<Found | readonly Found[]>;

/** Nothing needs to be done. */
export const good = (says: string): Found => ({ gravity: 'good', says });

/** May be wanted so, or become a trouble. */
export const doubtful = (says: string, remedy: string): Found => ({
  gravity: 'doubtful',
  says,
  remedy,
});

/** Keeps generations from being archived, or will. */
export const bad = (says: string, remedy: string): Found => ({ gravity: 'bad', says, remedy });

/** What a look finds; what cannot be looked at is a finding itself, and keeps no other back. */
export const findingsOf = async (
  { deployed }: Patient,
  look: () => ReturnType<Look>,
): Promise<readonly Found[]> => {
  try {
    return [await look()].flat();
  } catch (error) {
    const says = explain(error, deployed);
    if (says === undefined) throw error;
    const remedy = 'give your role the permission, or look in the console';
    return [{ gravity: 'unknown', says: `could not be looked at: ${says}`, remedy }];
  }
};

/** Everything of one CloudFormation type that the stack has. */
export const resourcesOf = async ({ deployed }: Patient, type: string) =>
  (await deployed.resources()).filter((resource) => resource.type === type);
