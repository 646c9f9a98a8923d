import { bad, doubtful, good, type Look } from './look.ts';

/** Oldest Node.js that the command line is tested with. */
const oldestNode = [20, 19] as const;

/** Milliseconds between two clocks from which AWS refuses signatures: five minutes. Told well before. */
const maxSkew = 60_000;

/** Whether Node.js is one that the command line is tested with. */
export const node: Look = async ({ nodeVersion }) => {
  const [major = 0, minor = 0] = nodeVersion.replace('v', '').split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  return isOld
    ? bad(`is ${nodeVersion}`, `install ${oldestNode.join('.')} or newer`)
    : good(nodeVersion);
};

/** How far this clock is from AWS's. */
export const clock: Look = async ({ clients }) => {
  const skew = Math.abs(clients.tally.skew ?? 0);
  const seconds = Math.round(skew / 1000);
  return skew > maxSkew
    ? bad(
        `differs from AWS's by ${seconds} s`,
        'set the clock of this machine: AWS refuses signatures of another time',
      )
    : good(`agrees with AWS's to ${Math.max(1, seconds)} s`);
};

/** Whether both ends are of one version. */
export const version: Look = async ({ version: own, deployed }) =>
  deployed.version === undefined || deployed.version === own
    ? good(`${own}, deployed: ${deployed.version ?? 'not told'}`)
    : doubtful(
        `this is ${own}, deployed is ${deployed.version}`,
        'deploy again, or use the deployed version of the package',
      );
