import { jsonReply, type Reply } from '../http/reply.js';

/** Types seen in answers of the upload host (§1.5; the offset and length ones in public clients of it). */
type UploadErrorType = 'ProcessingFailedError' | 'FileUrlProcessingError' | 'OffsetInvalidError' | 'PartialRequestError';

/** A refusal of the upload host. */
export class UploadError extends Error {
  constructor(readonly status: number, readonly type: UploadErrorType, message: string, readonly isRetriable = false) {
    super(message);
  }
}

/** The message is JSON text, as §1.5 shows it. */
export function processingFailed(text: string, status = 400, isRetriable = false): UploadError {
  return new UploadError(status, 'ProcessingFailedError', JSON.stringify({ success: false, error: { message: text } }), isRetriable);
}

/** Unknown, foreign and ordinary containers are one answer, as on the Graph (§2.3, 100/33). */
export function noSuchUpload(): UploadError {
  return processingFailed('There is no such upload', 404);
}

export function uploadErrorReply(error: UploadError): Reply {
  return jsonReply(error.status, { debug_info: { retriable: error.isRetriable, type: error.type, message: error.message } });
}
