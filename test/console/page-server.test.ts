import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headers } from '../../console/page/guard.ts';
import { servePage, type ServedPage } from '../../console/page/serve.ts';
import { archivedFile, archiveOf, fakeBackend, noon, seenOf } from './support/fake-backend.ts';

const { backend, sent } = fakeBackend({
  all: [seenOf(0)],
  archive: archiveOf(archivedFile('pdf')),
  // Longer than the manifest says: what is beyond it would be read as the next answer.
  body: Buffer.from('%PDF-HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil'),
});

const options = { backend, now: () => noon, explain: () => 'refused' };

let served: ServedPage;
beforeAll(async () => {
  served = await servePage(options, 0);
});
afterAll(() => served.close());

/** Sends bytes, and reads all that comes back. HOST and TOKEN stand for those of the page. */
const ask = async (
  text: string,
  { address }: ServedPage = served,
): Promise<{ status: number; head: string; body: string }> => {
  const { port, host, pathname } = new URL(address);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(text.replaceAll('HOST', host).replaceAll('/TOKEN', pathname.slice(0, -1)));
  let answer = '';
  for await (const chunk of socket as AsyncIterable<Buffer>) answer += chunk.toString('latin1');
  const [head = '', ...body] = answer.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, body: body.join('\r\n\r\n') };
};

const to = (line: string, more = '', host = 'Host: HOST\r\n'): string =>
  `${line} HTTP/1.1\r\n${host}Connection: close\r\n${more}\r\n`;

const fromPage = 'Origin: http://HOST\r\nSec-Fetch-Site: same-origin\r\n';
const form = 'Content-Type: application/x-www-form-urlencoded\r\n';

const expectHeaders = (head: string): void => {
  const told = new Map(
    head.split('\r\n').flatMap((line) => {
      const at = line.indexOf(': ');
      return at < 0 ? [] : [[line.slice(0, at).toLowerCase(), line.slice(at + 2)] as const];
    }),
  );
  for (const [name, value] of Object.entries(headers)) expect(told.get(name)).toBe(value);
};

describe('the server of the page answers under the headers of every answer', () => {
  it.each<[string, string, number]>([
    ['a request for the page', to('GET /TOKEN/'), 200],
    ['one that asks for the head alone', to('HEAD /TOKEN/'), 200],
    ['one by the address of IPv6', to('GET /TOKEN/', '', 'Host: [::1]:1\r\n'), 421],
    ['one without a host', to('GET /TOKEN/', '', ''), 400],
    ['one of HTTP/1.0 without a host', 'GET /TOKEN/ HTTP/1.0\r\n\r\n', 400],
    ['one with two hosts', to('GET /TOKEN/', 'Host: evil.example\r\n'), 421],
    ['one whose host is no name', to('GET /TOKEN/', '', 'Host: a b\r\n'), 400],
    ['one whose host has a user', to('GET /TOKEN/', '', 'Host: HOST@evil.example\r\n'), 400],
    ['one whose host ends in a dot', to('GET /TOKEN/', '', 'Host: localhost.:1\r\n'), 421],
    ['one that names another host in its line', to('GET http://evil.example/TOKEN/'), 421],
    ['one that names its own host in its line', to('GET http://HOST/TOKEN/'), 200],
    ['one that climbs', to('GET /TOKEN/../../etc/passwd'), 404],
    ['one that climbs in disguise', to('GET /TOKEN/%2e%2e%2f%2e%2e%2fetc/passwd'), 404],
    ['one that is not encoded well', to('GET /TOKEN/generation/gamma/%ff%zz'), 200],
    ['one with a line break in it', to('GET /TOKEN/generation/gamma/%0d%0aX:y'), 200],
    ['a long one', to(`GET /TOKEN/?metadata=x%3D${'x'.repeat(10_000)}`), 200],
    ['one that is too long', to(`GET /TOKEN/?metadata=${'x'.repeat(100_000)}`), 431],
    ['one of another method', to('PUT /TOKEN/retry', fromPage), 403],
    ['one that asks what is allowed', to('OPTIONS /TOKEN/'), 403],
    ['a method that is none', to('FOO /TOKEN/'), 400],
    ['what is no request', 'nonsense\r\n\r\n', 400],
    [
      'a form that is too large',
      to('POST /TOKEN/retry', `${fromPage}${form}Content-Length: 99999999\r\n`),
      413,
    ],
    [
      'a form that is no form',
      `${to('POST /TOKEN/retry', `${fromPage}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n`)}hello`,
      403,
    ],
    ['a form by a GET', to('GET /TOKEN/retry?csrf=x'), 404],
  ])('%s', async (_, request, status) => {
    const answer = await ask(request);
    expect(answer.status).toBe(status);
    expectHeaders(answer.head);
    expect(sent).toEqual([]);
  });

  it('a file as it is, which cannot pass for another answer', async () => {
    const { head, body } = await ask(to('GET /TOKEN/generation/gamma/generation-0/file/0'));
    expect(head).not.toMatch(/content-length/i);
    expect(body).toMatch(/^2f\r\n%PDF-HTTP\/1\.1 200 OK[^]*evil\r\n0\r\n\r\n$/);
  });
});

describe('a request that does not come to its end', () => {
  it.each([
    [
      'a form whose body stops on the way',
      `${to('POST /TOKEN/retry', `${fromPage}${form}Content-Length: 100\r\n`)}csrf=`,
    ],
    [
      'a form whose body never comes',
      to('POST /TOKEN/dead-letters', `${fromPage}${form}Content-Length: 100\r\n`),
    ],
    [
      'a form in chunks without the last',
      `${to('POST /TOKEN/retry', `${fromPage}${form}Transfer-Encoding: chunked\r\n`)}5\r\ncsrf=\r\n`,
    ],
    ['a head that stops on the way', 'GET /TOKEN/ HTTP/1.1\r\nHost: HOST\r\nAccept: '],
  ])('is given up, and does nothing: %s', async (_, request) => {
    const impatient = await servePage(options, 0, 20);
    try {
      const { status, head, body } = await ask(request, impatient);
      expect([status, body, sent]).toEqual([408, '', []]);
      expectHeaders(head);
    } finally {
      await impatient.close();
    }
  });
});
