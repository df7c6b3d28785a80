const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe for element content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/["&'<>]/gu, (character) => ENTITIES[character] ?? '');
}

/** For element content only, where quotes are harmless: JSON is full of them. */
export function escapeContent(text: string): string {
  return text.replaceAll(/[&<>]/gu, (character) => ENTITIES[character] ?? '');
}
