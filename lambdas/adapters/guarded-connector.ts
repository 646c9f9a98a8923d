import { Socket } from 'node:net';
import { addressGuard, connectTimeoutMilliseconds, type ConnectOptions } from './addresses.ts';
import { readBuffers } from './read-buffers.ts';
import { buildConnector } from './undici.ts';

/** Makes each connection with buffers of its own. */
const connectorWithBuffers =
  (options: buildConnector.BuildOptions): buildConnector.connector =>
  (target, callback) => {
    const buffers = readBuffers();
    buildConnector({ ...options, onread: buffers.onread })(target, (...made) => {
      const [, socket] = made;
      // A failed one brings nothing in its place, whatever the type says.
      if (socket instanceof Socket) buffers.attach(socket);
      callback(...made);
    });
  };

/**
 * Makes connections for undici, to addresses that the guard lets pass. Their memory is used again
 * once its chunks are given back (`read-buffers.ts`): every chunk must be.
 */
export const guardedConnector = (options: ConnectOptions): buildConnector.connector => {
  const guard = addressGuard(options);
  const { certificateAuthority } = options;
  const connect = connectorWithBuffers({
    timeout: connectTimeoutMilliseconds,
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
    ...guard.lookup,
  });
  return (target, callback) => {
    const refusal = guard.refusalOf(target.hostname);
    if (refusal === undefined) connect(target, callback);
    else callback(refusal, null);
  };
};
