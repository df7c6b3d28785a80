import type { Account, Comment, Container, Media } from './entities.js';
import { Grants } from './grants.js';
import { type IdentifierKind, newIdentifier } from './identifiers.js';
import { MessengerProfiles } from './messenger-profiles.js';
import type { WorldEvent } from './world-event.js';

/** Everything that happened, held in maps. Changed by {@link World.apply} only, so that replay equals history. */
export class World {
  readonly accounts = new Map<string, Account>();
  readonly containers = new Map<string, Container>();
  readonly media = new Map<string, Media>();
  readonly comments = new Map<string, Comment>();
  readonly calls = new Map<string, Record<string, number>>();
  /** Per account, oldest first: containers, and posts without the items of albums. */
  readonly containersOf = new Map<string, Container[]>();
  readonly postsOf = new Map<string, Media[]>();
  /** Per account, oldest first: every post and every comment on them there ever was, deleted ones too. */
  readonly everyPostOf = new Map<string, Media[]>();
  readonly everyCommentOf = new Map<string, Comment[]>();
  /** No longer nodes: deleted posts and their items. */
  readonly deletedMedia = new Map<string, Media>();
  /** Per media, oldest first, replies included. */
  readonly commentsOf = new Map<string, Comment[]>();
  readonly grants = new Grants();
  readonly messengerProfiles = new MessengerProfiles();
  /** Facebook Login's pages and persons (§8.2). */
  readonly byPage = new Map<string, Account>();
  readonly byPerson = new Map<string, Account>();
  readonly byUsername = new Map<string, Account>();
  readonly byShortcode = new Map<string, Media>();

  apply(event: WorldEvent): void {
    switch (event.type) {
      case 'account.created': return this.addAccount(event.account);
      case 'account.settings_changed': return this.changeSettings(event);
      case 'container.created': return this.addContainer(event.container);
      case 'container.upload_progressed': return this.progressUpload(event);
      case 'container.uploaded': return this.completeUpload(event);
      case 'container.ingested': return this.settleContainer(event);
      case 'media.published': return this.publish(event.media, event.children);
      case 'comment.created': return this.addComment(event.comment);
      case 'calls.counted': return this.countCalls(event);
      case 'media.deleted': return this.removeMedia(event);
      case 'media.comments_switched': return this.switchComments(event);
      case 'comment.hidden': return this.hideComment(event);
      case 'comment.deleted': return this.removeComment(event);
      case 'messenger_profile.called':
      case 'ice_breakers.changed': return this.messengerProfiles.apply(event);
      case 'clock.advanced': return;
      default: return this.grants.apply(event);
    }
  }

  /** An id no node of any kind has. */
  newId(kind: IdentifierKind): string {
    return newIdentifier(kind, (id) => this.accounts.has(id) || this.containers.has(id) || this.media.has(id) || this.deletedMedia.has(id)
      || this.comments.has(id) || this.byPage.has(id) || this.byPerson.has(id));
  }

  clear(): void {
    for (const map of [this.accounts, this.containers, this.media, this.comments, this.calls, this.containersOf,
      this.postsOf, this.everyPostOf, this.everyCommentOf, this.deletedMedia, this.commentsOf, this.byPage, this.byPerson, this.byUsername, this.byShortcode]) map.clear();
    this.grants.clear();
    this.messengerProfiles.clear();
  }

  private addAccount(account: Account): void {
    this.accounts.set(account.user_id, account);
    this.grants.addAccount(account);
    this.byPage.set(account.facebook.page_id, account);
    this.byPerson.set(account.facebook.person_id, account);
    this.byUsername.set(account.username.toLowerCase(), account);
    this.containersOf.set(account.user_id, []);
    this.postsOf.set(account.user_id, []);
    this.everyPostOf.set(account.user_id, []);
    this.everyCommentOf.set(account.user_id, []);
    this.calls.set(account.user_id, {});
  }

  private changeSettings(event: Extract<WorldEvent, { type: 'account.settings_changed' }>): void {
    const account = this.accounts.get(event.user_id);
    if (account) account.settings = event.settings;
  }

  private addContainer(container: Container): void {
    this.containers.set(container.id, container);
    this.containersOf.get(container.user_id)?.push(container);
  }

  private progressUpload(event: Extract<WorldEvent, { type: 'container.upload_progressed' }>): void {
    const container = this.containers.get(event.container_id);
    if (container) container.upload_bytes = event.bytes;
  }

  private completeUpload({ container_id, bytes, ready_at }: Extract<WorldEvent, { type: 'container.uploaded' }>): void {
    const container = this.containers.get(container_id);
    if (!container) return;
    container.upload_bytes = bytes;
    container.is_uploaded = true;
    container.ready_at = ready_at;
  }

  private settleContainer(event: Extract<WorldEvent, { type: 'container.ingested' }>): void {
    const container = this.containers.get(event.container_id);
    if (container) container.ingest = event.ingest;
  }

  private publish(media: Media, children: Media[]): void {
    for (const node of [media, ...children]) {
      this.media.set(node.id, node);
      this.commentsOf.set(node.id, []);
      const container = this.containers.get(node.container_id);
      if (container) container.media_id = node.id;
    }
    this.byShortcode.set(media.shortcode, media);
    this.postsOf.get(media.user_id)?.push(media);
    this.everyPostOf.get(media.user_id)?.push(media);
  }

  private addComment(comment: Comment): void {
    this.comments.set(comment.id, comment);
    this.commentsOf.get(comment.media_id)?.push(comment);
    this.everyCommentOf.get(comment.user_id)?.push(comment);
  }

  /** With everything on it; the container stays PUBLISHED, and the quota stays used. */
  private removeMedia({ media_id, at }: Extract<WorldEvent, { type: 'media.deleted' }>): void {
    const media = this.media.get(media_id);
    if (!media) return;
    for (const node of [media, ...media.children.flatMap((id) => this.media.get(id) ?? [])]) {
      for (const comment of this.commentsOf.get(node.id) ?? []) this.forgetComment(comment, at);
      node.deleted_at = at;
      this.commentsOf.delete(node.id);
      this.media.delete(node.id);
      this.deletedMedia.set(node.id, node);
    }
    this.byShortcode.delete(media.shortcode);
    remove(this.postsOf.get(media.user_id), media);
  }

  private switchComments(event: Extract<WorldEvent, { type: 'media.comments_switched' }>): void {
    const media = this.media.get(event.media_id);
    if (media) media.is_comment_enabled = event.is_enabled;
  }

  private hideComment(event: Extract<WorldEvent, { type: 'comment.hidden' }>): void {
    const comment = this.comments.get(event.comment_id);
    if (comment) comment.hidden = event.is_hidden;
  }

  /** With its replies. */
  private removeComment({ comment_id: id, at }: Extract<WorldEvent, { type: 'comment.deleted' }>): void {
    const comment = this.comments.get(id);
    const siblings = comment && this.commentsOf.get(comment.media_id);
    for (const gone of (siblings ?? []).filter((each) => each.id === id || each.parent_id === id)) {
      this.forgetComment(gone, at);
      remove(siblings, gone);
    }
  }

  private forgetComment(comment: Comment, at: number): void {
    comment.deleted_at = at;
    this.comments.delete(comment.id);
  }

  private countCalls(event: Extract<WorldEvent, { type: 'calls.counted' }>): void {
    const counts = this.calls.get(event.user_id);
    if (!counts) return;
    for (const [label, count] of Object.entries(event.counts)) counts[label] = (counts[label] ?? 0) + count;
  }
}

function remove<T>(list: T[] | undefined, item: T): void {
  const index = list?.indexOf(item) ?? -1;
  if (index !== -1) list?.splice(index, 1);
}
