// One of Node's own modules, for bundles: an ES module that imports it has Node.js read everything
// that it exports, and with some that loads a good deal more. Of `node:http` it is an HTTP client
// of Node's own (docs/decisions/2026-11-27-what-a-start-loads.md).
module.exports = process.getBuiltinModule('node:http');
