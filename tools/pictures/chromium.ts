import type { LaunchOptions } from 'playwright-core';

/** Where Debian's package puts it; `CHROMIUM` names another. */
const usual = '/usr/bin/chromium';

/** A Chromium of this machine, without a screen, that makes no request of its own. */
export const chromiumOptions = (): LaunchOptions => ({
  executablePath: process.env['CHROMIUM'] ?? usual,
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
