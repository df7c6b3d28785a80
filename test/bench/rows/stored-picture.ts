/** A picture as if it had been fetched before, for measuring everything but fetching. */
export const storedPicture = { key: 'ab'.repeat(32), sizeBytes: 98_765, width: 1080, height: 1080, contentType: 'image/jpeg' } as const;
