import { createHash } from 'node:crypto';
import type { Asset } from '../state/entities.js';

/** A grey JPEG of 90×160 with a play sign. */
export const POSTER_BYTES = Buffer.from([
  '/9j/2wBDABAQEBAREBIUFBIZGxgbGSUiHx8iJTgoKygrKDhVNT41NT41VUtbSkVKW0uHal5eaoecg3yDnL2pqb3u4u7/////2wBDARAQEBAREB',
  'IUFBIZGxgbGSUiHx8iJTgoKygrKDhVNT41NT41VUtbSkVKW0uHal5eaoecg3yDnL2pqb3u4u7/////wgARCACgAFoDASIAAhEBAxEB/8QAGAAB',
  'AQEBAQAAAAAAAAAAAAAAAAQGAwL/xAAWAQEBAQAAAAAAAAAAAAAAAAAAAQL/2gAMAwEAAhADEAAAAO41AAAAAAAAAAAAAAAAAAACmYAAAAA03D',
  'vZGQ8avP1IAAADTWR8Isz8/igAAAKZgAAAAAAAAAAAAAAAAAAAAA//xAAlEAABAwIFBQEBAAAAAAAAAAACAQMRBEEABSEwNBATUYKxYBT/2gAI',
  'AQEAAT8A/MLSu9gXhSRWZi0bmX8Nr2+4qsuFyTagS8WXBgQEokKoqbWX8Nr2+9H6ZqoGDTWy3TFTSO0666jYtnL+G17fej9S1TjJrrZLripq3a',
  'hddBsOzl/Da9vuKrMRbkGoIvNkwZkZKREqqu1/U72BZRYFJmLz+c//xAAUEQEAAAAAAAAAAAAAAAAAAABQ/9oACAECAQE/AHP/xAAUEQEAAAAA',
  'AAAAAAAAAAAAAABQ/9oACAEDAQE/AHP/2Q==',
].join(''), 'base64');

/** `thumbnail_url` of a video that has no cover (§1.8). Instagram takes a frame; there is no decoder here. */
export const POSTER: Asset = {
  file: `${createHash('sha256').update(POSTER_BYTES).digest('hex').slice(0, 40)}.jpg`,
  content_type: 'image/jpeg', bytes: POSTER_BYTES.length, width: 90, height: 160, duration_ms: null,
};
