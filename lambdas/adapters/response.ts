import type { Dispatcher } from 'undici';
import { chunkQueue } from './chunk-queue.ts';
import { plainHeaders } from './headers.ts';
import { beforeEnd, giveBack } from './read-buffers.ts';

/** An answer whose head is here and whose body is still to come. */
export interface Response {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Can be read once; a chunk holds its bytes until the next one is asked for. Throws where the
   * connection breaks or stalls, or was closed.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection without reading on. */
  close(): void;
}

/** The head did not come in the time that there was. Named as what undici throws for one hop. */
class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
  readonly code = 'UND_ERR_HEADERS_TIMEOUT';
}

/** The body is not wanted any more. */
class Closed extends Error {
  override readonly name = 'Closed';
}

/**
 * Sends a GET request and answers as soon as the head is here. Below undici's `request`, because a
 * stream of Node's around the body costs a fifth of all the work of a copy.
 *
 * @param options.onEnd called when the body has come whole
 * @param options.signal gives up on the head, at whatever stage; nothing to the body
 * @throws what undici throws where there is no answer
 */
export const get = async (
  dispatcher: Dispatcher,
  url: URL,
  headers: Readonly<Record<string, string>>,
  { onEnd, signal }: { readonly onEnd: () => void; readonly signal: AbortSignal },
): Promise<Response> =>
  new Promise((resolve, reject) => {
    const queue = chunkQueue(giveBack);
    let control: Dispatcher.DispatchController | undefined;
    let isEnding = false;

    const giveUp = (): void => {
      const reason = new TookTooLong('no answer in time');
      queue.end(reason);
      control?.abort(reason);
      // A connection that is still being made cannot be ended: it ends when it is there.
      reject(reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });

    const close = (): void => {
      queue.end(new Closed('the download was closed'));
      control?.abort(new Closed('the download was closed'));
    };
    /** Whatever has come by now is queued, however much it is: nothing follows. */
    const letAllIn = (): void => {
      isEnding = true;
      if (control?.paused === true) control.resume();
    };
    const goOn = (): void => {
      if (control?.paused === true && !queue.isFull()) control.resume();
    };

    dispatcher.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'GET',
        headers: { ...headers },
      },
      {
        onRequestStart: (controller) => {
          control = controller;
          if (signal.aborted) giveUp();
        },
        onResponseStart: (_controller, status, head) => {
          // An informational answer is not the answer.
          if (status < 200) return;
          signal.removeEventListener('abort', giveUp);
          resolve({ status, headers: plainHeaders(head), body: queue.read(goOn), close });
        },
        onResponseData: (controller, chunk) => {
          queue.add(chunk);
          // A connection that ends while undici is paused throws where no caller can catch it
          // (nodejs/undici issue 5360, mended in 8).
          if (queue.isFull() && !isEnding && beforeEnd(chunk, letAllIn)) controller.pause();
        },
        onResponseEnd: () => {
          onEnd();
          queue.end();
        },
        onResponseError: (_controller, error) => {
          queue.end(error);
          reject(error);
        },
      },
    );
  });
