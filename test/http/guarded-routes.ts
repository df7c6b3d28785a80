import type { LiveApi } from './live-api.js';

/** What a route is about, when its path names one thing. */
export type Subject = 'post' | 'profile' | 'group' | 'key' | 'queue' | 'webhook';

export interface GuardedRoute {
  readonly subject: Subject | null;
  /** A body that the route takes. */
  readonly body?: (world: World) => object;
  /** What a key of another group gets, when it is neither 404 nor its own group's. */
  readonly otherGroup?: 'key_limited_to_group';
}

/** Two groups of one workspace with something of everything in the first, and a workspace of somebody else. */
export interface World {
  readonly ids: Readonly<Record<Subject, string>>;
  /** Of what a path names besides its subject. */
  readonly parts: Readonly<Record<string, string>>;
  readonly otherGroup: string;
  readonly otherWorkspace: string;
}

/**
 * Every route that needs a key, by its operation id. A test compares the names with docs/openapi.json, so a new route cannot be
 * forgotten: say here what it is about.
 */
export const guardedRoutes: Readonly<Record<string, GuardedRoute>> = {
  getPing: { subject: null },
  listApiKeys: { subject: null },
  createApiKey: { subject: null, body: () => ({ name: 'made' }) },
  rotateApiKey: { subject: 'key', body: () => ({}) },
  revokeApiKey: { subject: 'key' },
  listAuditEntries: { subject: null },
  listProfileGroups: { subject: null },
  createProfileGroup: { subject: null, body: () => ({ name: 'made' }), otherGroup: 'key_limited_to_group' },
  getProfileGroup: { subject: 'group' },
  deleteProfileGroup: { subject: 'group', otherGroup: 'key_limited_to_group' },
  initializeConnection: { subject: 'group', body: () => ({ platform: 'instagram', redirect_url: 'http://127.0.0.1:9/back' }) },
  listProfiles: { subject: null },
  getProfile: { subject: 'profile' },
  deleteProfile: { subject: 'profile' },
  listPlacements: { subject: 'profile' },
  getIceBreakers: { subject: 'profile' },
  setIceBreakers: { subject: 'profile', body: () => ({ ice_breakers: [{ question: 'Open today?', payload: 'open' }] }) },
  deleteIceBreakers: { subject: 'profile' },
  getProfileHealth: { subject: 'profile' },
  getPublishingLimit: { subject: 'profile' },
  createUpload: { subject: null, body: () => ({ filename: 'a.mp4' }) },
  listPosts: { subject: null },
  createPost: { subject: null, body: ({ ids }) => ({ post: { body: 'made', draft: true }, profiles: [ids.profile] }) },
  validatePost: { subject: null, body: ({ ids }) => ({ post: { body: 'made', draft: true }, profiles: [ids.profile] }) },
  getPost: { subject: 'post' },
  updatePost: { subject: 'post', body: () => ({ post: { body: 'changed' } }) },
  publishPost: { subject: 'post' },
  releasePost: { subject: 'post', body: () => ({}) },
  getWorkspaceSettings: { subject: null },
  updateWorkspaceSettings: { subject: null, body: () => ({ overdue_policy: 'hold' }), otherGroup: 'key_limited_to_group' },
  retryPost: { subject: 'post', body: () => ({}) },
  reconcilePost: { subject: 'post', body: () => ({}) },
  getPostTimeline: { subject: 'post' },
  deletePostOnPlatform: { subject: 'post' },
  deletePost: { subject: 'post' },
  listPostQueues: { subject: null },
  createPostQueue: { subject: null, body: () => ({ post_queue: { name: 'made' } }) },
  getPostQueue: { subject: 'queue' },
  updatePostQueue: { subject: 'queue', body: () => ({ post_queue: { name: 'changed' } }) },
  deletePostQueue: { subject: 'queue' },
  getNextSlot: { subject: 'queue' },
  previewPostQueue: { subject: 'queue' },
  readEvents: { subject: null },
  replayWebhook: { subject: 'webhook', body: () => ({ from: '2020-01-01', to: '2030-01-01', dry_run: true }) },
  listReplays: { subject: 'webhook' },
  getReplay: { subject: 'webhook' },
  cancelReplay: { subject: 'webhook' },
  listRules: { subject: null },
  listWebhooks: { subject: null },
  createWebhook: { subject: null, body: () => ({ url: 'https://hooks.example.com/made', events: ['*'] }) },
  getWebhook: { subject: 'webhook' },
  updateWebhook: { subject: 'webhook', body: () => ({ enabled: false }) },
  deleteWebhook: { subject: 'webhook' },
  rotateWebhookSecret: { subject: 'webhook', body: () => ({}) },
  testWebhook: { subject: 'webhook', body: () => ({}) },
  listWebhookDeliveries: { subject: 'webhook' },
  redeliverWebhook: { subject: 'webhook' },
  listDeadLetters: { subject: 'webhook' },
  redriveDeadLetters: { subject: 'webhook', body: () => ({}) },
  getWebhookStats: { subject: 'webhook' },
};

/** Makes the world: the workspace of somebody else has rows of its own, so that what it sees is told from what it must not see. */
export async function makeWorld(api: LiveApi): Promise<World> {
  const [otherGroup, otherWorkspace, post, key, queue, webhook, replay] = ['grp_second', 'ws_of_somebody_else', 'post_of_ours', 'key_of_ours', 'pq_of_ours', 'wh_of_ours', 'rpl_of_ours'];
  await api.query("INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ($1, $2, 'Second', now())", [api.workspaceId, otherGroup]);
  await api.query("INSERT INTO workspace VALUES ($1, 'Else', now())", [otherWorkspace]);
  await api.query("INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ($1, 'grp_else', 'Else', now())", [otherWorkspace]);
  await api.query(
    `INSERT INTO post (workspace_id, id, profile_group_id, body, status, source, created_at, updated_at) VALUES ($1, $2, $3, 'ours', 'draft', 'heliograph', now(), now())`,
    [api.workspaceId, post, api.groupId],
  );
  await api.query(
    `INSERT INTO post_queue (workspace_id, id, profile_group_id, name, timezone, created_at, updated_at) VALUES ($1, $2, $3, 'ours', 'UTC', now(), now())`,
    [api.workspaceId, queue, api.groupId],
  );
  await api.query(
    `INSERT INTO webhook_endpoint (workspace_id, id, profile_group_id, url, events, created_at, updated_at) VALUES ($1, $2, $3, 'https://hooks.example.com/', '{*}', now(), now())`,
    [api.workspaceId, webhook, api.groupId],
  );
  await api.query("INSERT INTO webhook_pump (workspace_id, endpoint_id) VALUES ($1, $2)", [api.workspaceId, webhook]);
  await api.query(
    `INSERT INTO api_key (workspace_id, id, name, prefix, secret_hash, profile_group_id, permissions, created_at) VALUES ($1, $2, 'ours', 'ours0000', '\\x00', $3, '{read}', now())`,
    [api.workspaceId, key, api.groupId],
  );
  await api.query(
    `INSERT INTO webhook_replay (workspace_id, id, endpoint_id, from_at, to_at, total, created_at, updated_at) VALUES ($1, $2, $3, now(), now(), 0, now(), now())`,
    [api.workspaceId, replay, webhook],
  );
  return { ids: { post, profile: api.profileId, group: api.groupId, key, queue, webhook }, parts: { replay_id: replay, delivery_id: 'dlv_nobody' }, otherGroup, otherWorkspace };
}
