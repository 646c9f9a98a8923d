/**
 * What the functions need of undici, and nothing else of it: the package as a whole brings fetch,
 * WebSockets, caches and mocks, and has Node.js load its own undici besides. Loading it all takes
 * four times as long, at every start of a function (docs/decisions/2026-11-22-parts-of-undici.md).
 */
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as buildConnector } from 'undici/lib/core/connect.js';
