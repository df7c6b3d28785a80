import type { LoopbackMediaHost } from './loopback-media-host.js';
import type { TestSandbox } from './sandbox.js';

let accounts = 0;

/** What the sandbox makes of a file as a reel: `FINISHED`, or the status text with the code it refused the file with. */
export async function judgeAsReel(sandbox: TestSandbox, host: LoopbackMediaHost, file: { readonly content: Uint8Array; readonly contentType: string }): Promise<string> {
  const owner = await sandbox.createAccount({ username: `judge_${process.pid}_${accounts += 1}` });
  await sandbox.settings(owner.user_id, { processing_ms: 0 });
  const address = host.serve(`/${crypto.randomUUID()}.mp4`, file.content, file.contentType);
  const call = async (path: string, init?: RequestInit): Promise<Record<string, unknown>> => {
    const response = await fetch(`${sandbox.url}/v25.0/${path}access_token=${owner.access_token}`, { ...init, signal: AbortSignal.timeout(20_000) });
    return (await response.json()) as Record<string, unknown>;
  };
  const { id, error } = await call('me/media?', { method: 'POST', body: new URLSearchParams({ media_type: 'REELS', video_url: address }) });
  if (typeof id !== 'string') return JSON.stringify(error);
  const deadline = Date.now() + 20_000;
  for (;;) {
    const { status_code: code, status } = await call(`${id}?fields=status_code,status&`);
    if (code === 'FINISHED') return code;
    if (code !== 'IN_PROGRESS' || Date.now() > deadline) return String(status ?? code);
  }
}
