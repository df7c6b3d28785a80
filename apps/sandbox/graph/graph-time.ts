/** `2019-09-26T22:36:43+0000`: seconds, no colon in the offset (§1.8). */
export function graphTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+0000`;
}
