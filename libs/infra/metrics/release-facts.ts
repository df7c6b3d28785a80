import { readRelease } from '#infra/process/release';

const release = readRelease();
const startedAt = new Date();

/** The body of `/build`. */
export function describeBuild(): { name: string; version: string; node: string; started_at: string } {
  return { name: release.name, version: release.version, node: process.versions.node, started_at: startedAt.toISOString() };
}

/** The body of `/deps`. */
export function describeDependencies(): { dependencies: Record<string, string> } {
  return { dependencies: { ...release.dependencies } };
}
