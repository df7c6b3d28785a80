import { createHash } from 'node:crypto';
import { DEFAULT_SETTINGS } from './account.settings.js';
import type { Account, Comment, Container, FacebookSide, Media } from './entities.js';
import type { App } from './grants.js';
import type { WorldEvent } from './world-event.js';

/** Completes lines which an earlier version of the sandbox wrote, so that no ledger is lost by an update. */
export function upgraded(event: WorldEvent): WorldEvent {
  switch (event.type) {
    case 'account.created': return { ...event, account: completeAccount(event.account) };
    case 'account.settings_changed': return { ...event, settings: { ...DEFAULT_SETTINGS, ...event.settings } };
    case 'app.changed': return { ...event, app: { ...NEW_IN_APPS, ...event.app } };
    case 'container.created': return { ...event, container: { ...NEW_IN_CONTAINERS, ...event.container } };
    case 'media.published': return { ...event, media: { ...NEW_IN_MEDIA, ...event.media }, children: event.children.map((child) => ({ ...NEW_IN_MEDIA, ...child })) };
    case 'comment.created': return { ...event, comment: { ...NEW_IN_COMMENTS, ...event.comment } };
    default: return event;
  }
}

type NewInContainers = Pick<Container, 'is_upload' | 'upload_bytes' | 'is_uploaded' | 'doom' | 'product_tags' | 'branded_content_sponsor_ids' | 'is_paid_partnership' | 'audio_configuration'>;

const NEW_IN_CONTAINERS: NewInContainers = {
  is_upload: false, upload_bytes: 0, is_uploaded: false, doom: null,
  product_tags: [], branded_content_sponsor_ids: [], is_paid_partnership: false, audio_configuration: null,
};
const NEW_IN_APPS: Pick<App, 'proof_required'> = { proof_required: [] };
const NEW_IN_ACCOUNTS: Pick<Account, 'biography' | 'website'> = { biography: null, website: null };
const NEW_IN_MEDIA: Pick<Media, 'is_comment_enabled' | 'deleted_at'> = { is_comment_enabled: true, deleted_at: null };

const NEW_IN_COMMENTS: Pick<Comment, 'deleted_at'> = { deleted_at: null };

function completeAccount(account: Account): Account {
  return { ...NEW_IN_ACCOUNTS, ...account, settings: { ...DEFAULT_SETTINGS, ...account.settings }, facebook: { ...derivedFacebookSide(account), ...account.facebook } };
}

/** The same at every start, as nothing is written back. */
function derivedFacebookSide(account: Pick<Account, 'user_id' | 'access_token'>): FacebookSide {
  const token = (kind: string): string => `EAA${createHash('sha512').update(`${kind} ${account.access_token}`).digest('hex')}`;
  return { person_id: `101${account.user_id.slice(3)}`, page_id: `102${account.user_id.slice(3)}`, user_token: token('user'), page_token: token('page') };
}
