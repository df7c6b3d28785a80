/** Scopes of Business Login (§8.1). The old `business_*` names died 2025-01-27. */
export const INSTAGRAM_PERMISSIONS = [
  'instagram_business_basic', 'instagram_business_content_publish', 'instagram_business_manage_comments',
  'instagram_business_manage_messages', 'instagram_business_manage_insights',
] as const;

/** Scopes of Facebook Login (§8.2). */
export const FACEBOOK_PERMISSIONS = [
  'instagram_basic', 'instagram_content_publish', 'instagram_manage_comments', 'instagram_manage_insights', 'instagram_manage_messages',
  'pages_show_list', 'pages_read_engagement', 'pages_manage_metadata', 'business_management', 'instagram_manage_contents', 'instagram_manage_engagement',
] as const;

/** What an endpoint needs, whichever login it is called through; `show_pages` is Facebook Login's alone. */
export type Capability = 'basic' | 'content_publish' | 'manage_comments' | 'manage_messages' | 'manage_contents' | 'show_pages';

export function permissionFor(capability: Capability, login: 'instagram' | 'facebook'): string {
  if (login === 'instagram') return `instagram_business_${capability}`;
  return capability === 'show_pages' ? 'pages_show_list' : `instagram_${capability}`;
}
