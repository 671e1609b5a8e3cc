import { existsSync } from 'node:fs';

/** The browser of this machine; undefined: there is none. playwright-core brings none. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/** Arguments without which Chromium does not start as root, in a container with a small `/dev/shm`. */
export const CHROMIUM_ARGS: readonly string[] = ['--no-sandbox', '--disable-dev-shm-usage'];
