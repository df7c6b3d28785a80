import type { Account } from '../../state/entities.js';
import { type ContainerKind, isVideoKind } from './container-kind.rules.js';

const IMAGE_MS = 1500;
const VIDEO_MS = 3000;

/** How long a container stays IN_PROGRESS when its media takes no longer (§1.3: seconds for images, more for videos). */
export function processingMs(account: Account, kind: ContainerKind): number {
  return account.settings.processing_ms ?? (isVideoKind(kind) ? VIDEO_MS : IMAGE_MS);
}
