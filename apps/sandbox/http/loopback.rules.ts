/** A peer on this machine: 127.0.0.0/8 (also as an IPv4-mapped address) or ::1. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/u.test(address);
}
