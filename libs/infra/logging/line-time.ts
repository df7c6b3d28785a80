let [millisecond, text] = [0, ''];

/** The time of a line, ISO 8601; made once for all lines of a millisecond. */
export function lineTime(): string {
  const now = Date.now();
  if (now !== millisecond) [millisecond, text] = [now, new Date(now).toISOString()];
  return text;
}
