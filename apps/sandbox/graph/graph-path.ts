/** `/v25.0/1789/comments` → node `1789`, edge `comments`; null when a path is no Graph path. */
export interface GraphPath {
  /** Without the version: what faults match. */
  unversioned: string;
  node: string;
  edge: string | null;
}

/** `/v25.0`, or nothing. */
export function versionPrefix(pathname: string): string {
  return /^\/v\d{1,3}\.\d(?=\/|$)/u.exec(pathname)?.[0] ?? '';
}

export function parseGraphPath(pathname: string): GraphPath | null {
  const unversioned = pathname.slice(versionPrefix(pathname).length).replace(/\/$/u, '');
  const [, node, edge] = /^\/(\w+)(?:\/(\w+))?$/u.exec(unversioned) ?? [];
  return node === undefined ? null : { unversioned, node, edge: edge ?? null };
}
