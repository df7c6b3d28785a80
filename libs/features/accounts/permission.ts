/** What a key may do. Stored by name, so a name never changes its meaning; a new one needs a migration that says who gets it. */
export const permissions = ['read', 'posts:write', 'profiles:write', 'comments:write', 'messages:write', 'webhooks:write', 'keys:write'] as const;

export type Permission = (typeof permissions)[number];

export function isPermission(text: string): text is Permission {
  return (permissions as readonly string[]).includes(text);
}
