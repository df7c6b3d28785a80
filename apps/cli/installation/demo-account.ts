import { CliError } from '../terminal/cli-error.js';

export interface SandboxAccount {
  readonly id: string;
  readonly userId: string;
  readonly username: string;
  readonly accessToken: string;
}

const username = 'heliograph_demo';

/** The sandbox account that a newcomer's first post goes to; made on the first start. */
export async function ensureDemoAccount(sandboxUrl: string): Promise<SandboxAccount> {
  const list = await call(`${sandboxUrl}/_sandbox/accounts`);
  const accounts: unknown[] = Array.isArray(list['data']) ? list['data'] : [];
  const known = accounts.find((account) => isObject(account) && account['username'] === username);
  const account = known ?? (await call(`${sandboxUrl}/_sandbox/accounts`, { username, name: 'Heliograph Demo' }));
  return readAccount(account);
}

async function call(url: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(10_000),
    ...(body ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && isObject(answer)) return answer;
  throw new CliError(`The sandbox answered ${response.status} to ${url}. Is something else listening there? SANDBOX_PORT chooses another port.`);
}

function readAccount(value: unknown): SandboxAccount {
  const { id, user_id: userId, username: name, access_token: accessToken } = isObject(value) ? value : {};
  if (typeof id === 'string' && typeof userId === 'string' && typeof name === 'string' && typeof accessToken === 'string') {
    return { id, userId, username: name, accessToken };
  }
  throw new CliError('The sandbox described its demo account in a way this release does not know. Delete the sandbox folder in the data folder to begin with a new one.');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
