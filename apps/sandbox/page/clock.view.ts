import type { Clock } from '../state/clock.js';

const UNITS = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000], ['s', 1000]] as const;

/** The last one is the life of a token (§8.1). */
const STEPS = [['+1 min', 60_000], ['+1 h', 3_600_000], ['+24 h', 86_400_000], ['+60 days', 60 * 86_400_000]] as const;

/**
 * Sandbox time, and buttons that move it.
 * @param shown the time to begin with; null in answers to the script, which runs the clock itself, so that time alone changes no answer
 */
export function renderClock(clock: Clock, shown: number | null): string {
  const iso = shown === null ? '' : new Date(shown).toISOString();
  const buttons = STEPS.map(([label, ms]) => `<button type="button" data-call="POST /_sandbox/clock" data-body='{"advance_ms":${String(ms)}}'>${label}</button>`).join('');
  return `<section id="clock" data-key="clock" aria-labelledby="clock-title"><h2 id="clock-title">Clock</h2>
<p class="now"><time data-live datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time> <small>UTC</small></p>
<p class="soft">${clock.offset === 0 ? 'The real time' : `${duration(clock.offset)} ahead of real time`}</p>
<div class="buttons" role="group" aria-label="Move the clock forward">${buttons}</div><p class="error" role="alert" data-live></p></section>`;
}

/** `1 d 2 h`: whole units, the two largest. */
function duration(ms: number): string {
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest %= size;
    if (count > 0) parts.push(`${String(count)} ${unit}`);
  }
  return parts.length === 0 ? `${String(ms)} ms` : parts.slice(0, 2).join(' ');
}
