/**
 * The address that a text is; null: none. Not by `URL.canParse`: in Node 20 that refuses every text with a character like ä once it has
 * been called often enough to be optimized (it takes Latin-1 bytes for UTF-8).
 */
export function parseUrl(text: string, base?: URL): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
