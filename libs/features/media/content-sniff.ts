import { fileTypeFromBuffer } from 'file-type';

export type SniffedContent =
  | { readonly kind: 'image' | 'video'; readonly contentType: string }
  /** Empty, or nothing we take; `name` finishes the sentence "This is …". */
  | { readonly kind: 'empty' }
  | { readonly kind: 'other'; readonly name: string };

/** Enough for every magic number that matters, including a long list of brands in an ISO media header. */
const headBytes = 4100;

const jpegStart = [0xff, 0xd8, 0xff];
/** The next byte of JPEG-LS, which is another format. */
const jpegLs = 0xf7;
const images: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/heic']);
/** `.m4v` is MP4 under Apple's brand; 3GP is what telephones made of MP4, and becomes one. */
const videos: Readonly<Record<string, string>> = {
  'video/mp4': 'video/mp4', 'video/x-m4v': 'video/mp4', 'video/quicktime': 'video/quicktime', 'video/3gpp': 'video/3gpp', 'video/3gpp2': 'video/3gpp',
};

/** What the first bytes of a file say it is. Its name and declared type are never asked. */
export async function sniffContent(beginning: Buffer): Promise<SniffedContent> {
  const head = beginning.subarray(0, headBytes);
  if (head.length === 0) return { kind: 'empty' };
  // Of ten files nine are this.
  if (jpegStart.every((byte, index) => head[index] === byte) && head[3] !== jpegLs) return { kind: 'image', contentType: 'image/jpeg' };
  const found = await fileTypeFromBuffer(head);
  if (!found) return { kind: 'other', name: nameOfText(head) };
  const mime = found.mime === 'image/heif' ? mimeOfHeif(head) : plainMime(found.mime);
  if (images.has(mime)) return { kind: 'image', contentType: mime };
  const video = videos[mime];
  return video ? { kind: 'video', contentType: video } : { kind: 'other', name: `a ${found.ext.toUpperCase()} file (${mime})` };
}

/** An animated PNG is a PNG to everybody who does not know better. */
function plainMime(mime: string): string {
  return mime === 'image/apng' ? 'image/png' : mime;
}

/** Encoders may put the generic `mif1` first and what it really is among the compatible brands. */
function mimeOfHeif(head: Buffer): string {
  const brands = head.subarray(8, head.readUInt32BE(0));
  if (brands.includes('avif')) return 'image/avif';
  return brands.includes('heic') || brands.includes('heix') ? 'image/heic' : 'image/heif';
}

const textForms: readonly (readonly [RegExp, string])[] = [
  [/^(<!doctype html|<html|<head|<body|<script)/i, 'a web page (HTML), not a media file'],
  [/^(<\?xml|<svg)/i, 'XML or SVG text'],
  [/^#EXTM3U/, 'a playlist (M3U), not a media file'],
  [/^[[{]/, 'JSON text, not a media file'],
];

function nameOfText(head: Buffer): string {
  const text = head.toString('utf8').replace(/^\uFEFF?\s*/, '');
  const form = textForms.find(([pattern]) => pattern.test(text));
  if (form) return form[1];
  return /^[\t\n\r\x20-\x7e]+$/.test(text) ? 'plain text' : 'data of an unknown kind';
}
