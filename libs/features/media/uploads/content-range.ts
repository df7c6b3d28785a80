/** What a request with bytes says about them. Both ends included; `total` is null where it is `*`. */
export type ContentRange =
  | { readonly kind: 'bytes'; readonly start: number; readonly end: number; readonly total: number | null }
  /** `bytes *` and the total: no bytes, only the question how far the upload is. */
  | { readonly kind: 'question'; readonly total: number | null };

/** Reads a Content-Range header (RFC 9110 §14.4) as resumable uploads use it. null: it is none. */
export function readContentRange(header: string): ContentRange | null {
  const [, first, last, size] = /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(\d{1,15}|\*)$/.exec(header.trim()) ?? [];
  if (size === undefined) return null;
  const total = size === '*' ? null : Number(size);
  if (first === undefined || last === undefined) return { kind: 'question', total };
  const [start, end] = [Number(first), Number(last)];
  return start <= end && (total === null || end < total) ? { kind: 'bytes', start, end, total } : null;
}
