/** What an encrypted access token is bound to: copied to another row or workspace, it does not open. */
export function tokenContext(workspaceId: string, profileId: string): string {
  return `profile|access_token|${profileId}|${workspaceId}`;
}
