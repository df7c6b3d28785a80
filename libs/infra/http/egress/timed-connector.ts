import type { LookupFunction, Socket } from 'node:net';
import { buildConnector } from 'undici';

/** Milliseconds that the steps of making a connection took; absent: there was no such step (an address needs no DNS, http no TLS). */
export interface ConnectTiming {
  dns?: number;
  connect?: number;
  tls?: number;
}

export interface TimedConnector {
  readonly connect: buildConnector.connector;
  /** Of the connection made since it was asked for the last time; empty: the old one served. */
  take(): ConnectTiming;
}

/** Connections of one client, which makes one at a time. */
export function timedConnector(base: buildConnector.connector): TimedConnector {
  let timing: ConnectTiming = {};
  return {
    connect: (options, callback) => {
      let last = performance.now();
      const step = (name: keyof ConnectTiming) => (): void => {
        const now = performance.now();
        timing[name] = Math.round((now - last) * 100) / 100;
        last = now;
      };
      timing = {};
      // Typed as nothing, it answers the socket on which it works.
      const socket = base(options, callback) as Socket | undefined;
      socket?.once('lookup', step('dns')).once('connect', step('connect')).once('secureConnect', step('tls'));
    },
    take: () => {
      const taken = timing;
      timing = {};
      return taken;
    },
  };
}

export function connector(lookup: LookupFunction, timeoutMs: number): buildConnector.connector {
  return buildConnector({ timeout: timeoutMs, lookup });
}
