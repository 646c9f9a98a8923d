// Node's own `node:http`, for bundles: an ES module that imports it has Node read everything that it exports, and among that are
// WebSocket and its events, for which Node loads an HTTP client of its own (docs/decisions/2026-11-22-parts-of-undici.md).
module.exports = process.getBuiltinModule('node:http');
