import type { BenchRequest } from '../harness/row.js';

/** What the sandbox holds while it is measured. */
export interface SandboxStage {
  readonly userId: string;
  readonly mediaId: string;
}

export interface SandboxRow {
  readonly name: string;
  request(stage: SandboxStage): BenchRequest;
}

/** What a publishing client does most, what answers most, and what has to be on disk before it is answered. */
export const sandboxRows: readonly SandboxRow[] = [
  { name: 'sandbox: read a post', request: ({ mediaId }) => ({ method: 'GET', path: `/v25.0/${mediaId}?fields=id,caption,media_type,permalink,timestamp` }) },
  { name: 'sandbox: list 25 posts', request: ({ userId }) => ({ method: 'GET', path: `/v25.0/${userId}/media?fields=id,caption,media_url,permalink,timestamp&limit=25` }) },
  { name: 'sandbox: write a comment', request: ({ mediaId }) => ({ method: 'POST', path: `/v25.0/${mediaId}/comments`, body: { message: 'Lovely light' } }) },
];
