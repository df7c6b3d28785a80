import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { unpackDebianPackages } from './debian-package.js';

const run = promisify(execFile);

/** Inter looks like the system fonts people have; captions have emoji; DejaVu knows nearly every other sign. */
const packages = ['chromium', 'fonts-inter', 'fonts-noto-color-emoji', 'fonts-dejavu-core'] as const;

/** Quiet and alone: no sandbox (CI is root), nothing asked of the network but what the page asks. */
const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
];

export interface TestBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

/** A Chromium without a window, with a home of its own that goes with it. The first start on a machine may download one. */
export async function startChromium(): Promise<TestBrowser> {
  const { executablePath, root, libraries } = await findChromium();
  const home = mkdtempSync(join(tmpdir(), 'heliograph-chromium-'));
  const forget = (): void => rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  const fonts = join(home, 'fonts.conf');
  writeFileSync(fonts, fontSettings(['/usr/share/fonts', ...(root === null ? [] : [join(root, 'usr/share/fonts')])], join(home, 'fonts')));
  const env = { PATH: '/usr/bin:/bin', HOME: home, LANG: 'C.UTF-8', FONTCONFIG_FILE: fonts, ...(libraries !== null && { LD_LIBRARY_PATH: libraries }) };
  const browser = await chromium.launch({ executablePath, args: flags, env, timeout: 60_000 }).catch((error: unknown) => {
    forget();
    throw error;
  });
  return { browser, close: () => browser.close().finally(forget) };
}

interface ChromiumBinary {
  readonly executablePath: string;
  /** Of the unpacked package; null when the machine's own is used. */
  readonly root: string | null;
  readonly libraries: string | null;
}

/** From PATH, else Debian's own package unpacked below .cache/. It knows H.264, which Chromium's own builds do not. */
async function findChromium(): Promise<ChromiumBinary> {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    // Asked for its version, because Ubuntu's chromium-browser may be a note that says to install another.
    const found = await run('/bin/sh', ['-c', `command -v ${name} && ${name} --version >/dev/null`], { timeout: 20_000 }).then(({ stdout }) => stdout.trim(), () => '');
    if (found) return { executablePath: found, root: null, libraries: null };
  }
  const { root, libraries } = await unpackDebianPackages('chromium', packages).catch((cause: unknown) => {
    throw new Error('This test needs Chromium: install chromium or google-chrome (Debian: apt-get install chromium).', { cause });
  });
  return { executablePath: join(root, 'usr/lib/chromium/chromium'), root, libraries };
}

function fontSettings(folders: readonly string[], cache: string): string {
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
${folders.map((folder) => `<dir>${folder}</dir>`).join('')}<cachedir>${cache}</cachedir>
${['sans-serif', 'system-ui'].map((name) => `<alias><family>${name}</family><prefer><family>Inter</family><family>DejaVu Sans</family><family>Noto Color Emoji</family></prefer></alias>`).join('')}
<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family><family>Noto Color Emoji</family></prefer></alias></fontconfig>
`;
}
