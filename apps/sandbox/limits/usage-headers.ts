/** Percent of a limit, as integers; above 100 when calls went on after it was reached (§3). */
export interface Usage {
  call_count: number;
  total_time: number;
  total_cputime: number;
}

/** `X-App-Usage`: the app's rolling hour (§3). It has no field for the time to wait. */
export function appUsageHeader({ call_count, total_time, total_cputime }: Usage): Record<string, string> {
  return { 'x-app-usage': JSON.stringify({ call_count, total_time, total_cputime }) };
}

/** `X-Business-Use-Case-Usage`: the rolling 24 h of one app with one account (§3). `regainMinutes` is 0 while calls are let through. */
export function businessUsageHeader(userId: string, { call_count, total_time, total_cputime }: Usage, regainMinutes: number): Record<string, string> {
  const row = { type: 'instagram', call_count, total_cputime, total_time, estimated_time_to_regain_access: regainMinutes };
  return { 'x-business-use-case-usage': JSON.stringify({ [userId]: [row] }) };
}
