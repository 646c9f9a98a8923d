// Not loaded: undici asks for it at its start and uses it for HTTP/2 alone, which our agents never
// offer. This is what it works with where Node.js has none.
module.exports = { constants: {} };
