import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

export interface Watchdog {
  /** Everything was cleaned up in the ordinary way. */
  cancel(): void;
}

/**
 * Runs a shell script when this process is gone, however it went (also `kill -9`): a shell waits for the end of a pipe that only we
 * hold. `$1`, `$2`… are the arguments.
 */
export function onOurDeath(script: string, args: readonly string[]): Watchdog {
  const shell = spawn('/bin/sh', ['-c', `trap '' INT TERM HUP; cat >/dev/null; ${script}`, 'watchdog', ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  // The pipe must not keep our event loop alive; closing it is what our end does.
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return { cancel: () => void shell.kill('SIGKILL') };
}
