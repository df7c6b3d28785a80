import { GraphError, invalidParameter } from '../graph-error.js';

/** §1.2: 2,200 characters, 30 hashtags, 20 mentions. The unit is not documented; code points are counted (§1.7). */
const MAX_CHARACTERS = 2200;
const MAX_HASHTAGS = 30;
export const MAX_MENTIONS = 20;
const MAX_ALT_TEXT = 1000;

export function checkCaption(caption: string): void {
  if ([...caption].length > MAX_CHARACTERS) throw new GraphError('36004/2207010');
  if (count(caption, /[#＃][\p{L}\p{N}_]+/gu) > MAX_HASHTAGS) throw new GraphError('36004/2207010', 'The caption has too many hashtags.');
  if (count(caption, /(?<![\w.@])@\w[\w.]*/gu) > MAX_MENTIONS) throw new GraphError('100/2207040');
}

export function checkAltText(text: string): void {
  if ([...text].length > MAX_ALT_TEXT) throw invalidParameter(`alt_text may have ${String(MAX_ALT_TEXT)} characters at most`);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
