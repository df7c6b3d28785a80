/** The ids that all samples share, so that one can be followed from event to event. */
const body = '06f3k2v4n8q7r9s0t1w2x3y4z5';
export const sampleIds = {
  workspace: `ws_${body}`, group: `grp_${body}`, profile: `prof_${body}`, post: `post_${body}`, target: `pp_${body}`, media: `med_${body}`, event: `evt_${body}`, webhook: `wh_${body}`,
} as const;
