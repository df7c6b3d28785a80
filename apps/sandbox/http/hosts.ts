import type { Login } from '../state/entities.js';

/** The hosts the sandbox stands in for (reference §0, §1.5, §8). */
export const HOSTS = [
  'www.instagram.com', 'api.instagram.com', 'graph.instagram.com', 'www.facebook.com', 'graph.facebook.com', 'rupload.facebook.com',
] as const;

export type Host = (typeof HOSTS)[number];

/** Which host is meant, and the path on it. */
export interface Target {
  /** null: the sandbox's own root, where all paths of Instagram Login are served together. */
  host: Host | null;
  pathname: string;
  /** What stands before `pathname` in a link to the same host: `/graph.facebook.com`, or nothing at the root. */
  prefix: string;
}

/**
 * A host is named by the first segment of the path (`http://127.0.0.1:3001/graph.facebook.com/v25.0/me`), or by the `Host`
 * header, for clients behind a hosts file or a proxy; `graph.facebook.com.localhost` means it too.
 */
export function readTarget(hostHeader: string, pathname: string): Target {
  const [, first = ''] = pathname.split('/', 2);
  const byPath = HOSTS.find((host) => host === first);
  if (byPath) return { host: byPath, prefix: `/${byPath}`, pathname: pathname.slice(byPath.length + 1) || '/' };
  const name = hostHeader.replace(/:\d+$/u, '').replace(/\.localhost$/u, '').toLowerCase();
  const byHeader = HOSTS.find((host) => host === name) ?? null;
  return { host: byHeader, prefix: byHeader === null ? '' : `/${byHeader}`, pathname };
}

export function loginOf(host: Host | null): Login {
  return host === 'www.facebook.com' || host === 'graph.facebook.com' ? 'facebook' : 'instagram';
}
