import type { AccountSettings } from './account.settings.js';
import type { Account, Comment, Container, IceBreakerSet, Ingest, Media } from './entities.js';
import type { GrantEvent } from './grants.js';

/** Every change of the world, as it stands in the journal: one JSON object a line. */
export type WorldEvent =
  | GrantEvent
  | { type: 'account.created'; account: Account }
  | { type: 'account.settings_changed'; user_id: string; settings: AccountSettings }
  | { type: 'container.created'; container: Container }
  /** Never in the journal: the file with the bytes is its own record, also after a crash. */
  | { type: 'container.upload_progressed'; container_id: string; bytes: number }
  | { type: 'container.uploaded'; container_id: string; bytes: number; ready_at: number }
  | { type: 'container.ingested'; container_id: string; ingest: Ingest }
  | { type: 'media.published'; media: Media; children: Media[] }
  | { type: 'media.deleted'; media_id: string; at: number }
  | { type: 'media.comments_switched'; media_id: string; is_enabled: boolean }
  | { type: 'comment.created'; comment: Comment }
  | { type: 'comment.hidden'; comment_id: string; is_hidden: boolean }
  | { type: 'comment.deleted'; comment_id: string; at: number }
  | { type: 'messenger_profile.called'; user_id: string; at: number }
  /** No sets: there are none any more. */
  | { type: 'ice_breakers.changed'; user_id: string; sets: IceBreakerSet[] }
  | { type: 'clock.advanced'; ms: number }
  | { type: 'calls.counted'; user_id: string; counts: Record<string, number> };
