import { expect, it } from 'vitest';
import { proxyNote } from '../../local/proxy-note.ts';

it('a proxy of the environment is told not to be used, without its address', () => {
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY']) {
    const note = proxyNote({ [name]: 'http://user:secret@proxy.example.com:3128' });
    expect(note).toContain(`${name} is set and not used`);
    expect(note).not.toMatch(/secret|example/);
  }
  expect(proxyNote({ HTTPS_PROXY: '', HTTP_PROXY: 'http://proxy.example.com' })).toBeUndefined();
});
