import type { IncomingMessage } from 'node:http';
import type { CallServices } from '../calls/serve-call.js';
import type { Outcome } from '../faults/fault.action.js';
import type { Target } from '../http/hosts.js';
import type { Ingestion } from '../ingest/ingestion.js';
import type { Store } from '../state/store.js';

export interface UploadDoor extends CallServices {
  store: Store;
  ingestion: Ingestion;
  log: (line: string) => void;
}

export function isUploadPath(_target: Target): boolean {
  return false;
}

/** `POST /ig-api-upload/{version}/{container}`: the bytes of a resumable upload (§1.5). */
export function answerUpload(_door: UploadDoor, _request: IncomingMessage, _target: Target): Promise<Outcome> {
  return Promise.resolve('cut');
}
