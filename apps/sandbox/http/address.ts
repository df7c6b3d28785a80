/** The address that a text is; null: none. `URL.canParse` of Node 20 refuses every ä once it has been called often. */
export function parseAddress(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
