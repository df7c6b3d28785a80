import type { Account, AccountSettings, Comment, Container, Ingest, Media } from './entities.js';

/** Every change of the world, as it stands in the journal: one JSON object a line. */
export type WorldEvent =
  | { type: 'account.created'; account: Account }
  | { type: 'account.settings_changed'; user_id: string; settings: AccountSettings }
  | { type: 'container.created'; container: Container }
  | { type: 'container.ingested'; container_id: string; ingest: Ingest }
  | { type: 'media.published'; media: Media; children: Media[] }
  | { type: 'comment.created'; comment: Comment }
  | { type: 'clock.advanced'; ms: number }
  | { type: 'calls.counted'; user_id: string; counts: Record<string, number> };
