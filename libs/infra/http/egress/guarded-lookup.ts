import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import type { EgressPolicy } from './egress-policy.js';
import { refusedHost } from './egress-target.js';

/** All addresses of a name, as the system resolves it. */
export type Resolver = (hostname: string) => Promise<readonly LookupAddress[]>;

const systemLookup = promisify(lookup);

export const systemResolver: Resolver = (hostname) => systemLookup(hostname, { all: true, verbatim: true });

/**
 * A socket's `lookup` that resolves once, refuses when any answer is forbidden and hands exactly the checked answers to the
 * connect: there is no second resolution that could answer differently (DNS rebinding).
 */
export function guardedLookup(policy: EgressPolicy, resolve: Resolver): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (!first) return callback(Object.assign(new Error('No address'), { code: 'ENOTFOUND' }), []);
        if (!addresses.every(({ address }) => policy.permits(address))) return callback(refusedHost(hostname), []);
        return options.all ? callback(null, [...addresses]) : callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), []),
    );
  };
}
