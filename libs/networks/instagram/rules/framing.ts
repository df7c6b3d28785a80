import type { Fit, Framing } from '#networks/port/framing';
import type { PostValidation } from '#networks/port/social-network';
import type { InstagramParams } from '../params/instagram-params.js';
import { storedParams } from '../params/params-reader.js';
import type { MediaLimit } from './media-limit.js';
import { mediaLimits } from './media-limits.js';

/** The range is that of the limits on the aspect ratio: Meta's, where the two sources differ, for the narrower one suits both. */
export const framingOf: PostValidation['framing'] = (raw, { kind, index }) => {
  const params = storedParams(raw);
  const fit = fitAt(params, index);
  const limits = mediaLimits.filter((limit) => limit.format === params.format && limit.kind === kind && limit.unit === 'ratio');
  if (fit === null || limits.length === 0) return null;
  return { fit, minAspect: figure(limits, 'min'), maxAspect: figure(limits, 'max'), tolerancePixels: limits.some(({ tolerance }) => tolerance === 'one_pixel') ? 1 : 0 } satisfies Framing;
};

function fitAt({ fit }: InstagramParams, index: number): Fit | null {
  return (typeof fit === 'string' ? fit : fit?.[index]) || null;
}

function figure(limits: readonly MediaLimit[], bound: 'min' | 'max'): number | null {
  const limit = limits.find(({ comparison }) => comparison === bound);
  return limit?.documented?.limit ?? limit?.model?.limit ?? null;
}
