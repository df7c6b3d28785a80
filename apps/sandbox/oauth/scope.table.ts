import type { FACEBOOK_PERMISSIONS, INSTAGRAM_PERMISSIONS } from '../state/permissions.js';

type Scope = (typeof INSTAGRAM_PERMISSIONS)[number] | (typeof FACEBOOK_PERMISSIONS)[number];

/** What a person reads beside a scope. */
const SCOPE_TEXTS: Record<Scope, string> = {
  instagram_business_basic: 'View profile and media',
  instagram_business_content_publish: 'Publish posts, reels and stories',
  instagram_business_manage_comments: 'Read, answer, hide and delete comments',
  instagram_business_manage_messages: 'Read and send messages',
  instagram_business_manage_insights: 'View insights',
  instagram_basic: 'View profile and media',
  instagram_content_publish: 'Publish posts, reels and stories',
  instagram_manage_comments: 'Read, answer, hide and delete comments',
  instagram_manage_insights: 'View insights',
  instagram_manage_messages: 'Read and send messages',
  instagram_manage_contents: 'Delete posts',
  instagram_manage_engagement: 'Manage engagement',
  pages_show_list: 'See the list of your pages',
  pages_read_engagement: 'Read content posted on your pages',
  pages_manage_metadata: 'Manage settings of your pages',
  business_management: 'Manage your business',
};

export function scopeText(scope: string): string {
  return Object.entries(SCOPE_TEXTS).find(([name]) => name === scope)?.[1] ?? scope;
}

/** A person may untick scopes (§8.1, point 3), but no account is connected without its profile (not documented; as Instagram's page does). */
export function isFixedScope(scope: string): boolean {
  return scope === 'instagram_business_basic';
}

/** Name of a scope's checkbox: each its own, as fields of one name would overwrite each other. */
export function scopeField(scope: string): string {
  return `grant.${scope}`;
}
