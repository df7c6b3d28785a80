/** What a scripted fault changes in the work itself; how the answer looks is decided afterwards. */
export interface Effect {
  /** The work is done a second time, by the same call: a container that is already published is published again. */
  isRepeat: boolean;
  /** Subcode with which a container made by this call ends in ERROR. */
  doom: number | null;
}

export const NO_EFFECT: Effect = { isRepeat: false, doom: null };
