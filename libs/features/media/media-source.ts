/** Where the bytes of one media come from. A file is already on this machine's disk and stays the caller's to remove. */
export type MediaSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string; readonly filename: string | null }
  /** An object of the storage: an earlier original, or a finished upload. `sourceUrl`: where it once came from. */
  | { readonly kind: 'stored'; readonly key: string; readonly sourceUrl: string | null };
