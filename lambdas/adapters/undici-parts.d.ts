/**
 * Types of the parts of undici that `undici.ts` loads one by one: those that the package gives for
 * the whole.
 */

declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici';
}

declare module 'undici/lib/core/connect.js' {
  export { buildConnector as default } from 'undici';
}
