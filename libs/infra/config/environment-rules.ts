import { ValidateBy, type ValidationArguments } from 'class-validator';
import ipaddr from 'ipaddr.js';
import { parseUrl } from '#kernel/url';

function rule(name: string, isValid: (value: string) => boolean, message: (args: ValidationArguments) => string): PropertyDecorator {
  return ValidateBy({
    name,
    validator: { validate: (value: unknown) => typeof value === 'string' && isValid(value), defaultMessage: (args) => (args ? message(args) : name) },
  });
}

export function IsAbsoluteUrl(protocols: readonly string[]): PropertyDecorator {
  return rule(
    'isAbsoluteUrl',
    (value) => protocols.includes(parseUrl(value)?.protocol ?? ''),
    (args) => `${args.property} must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  );
}

/** `id:base64,id:base64`: the first encrypts, all decrypt; each key is 32 bytes. */
export function IsKeyRing(): PropertyDecorator {
  return rule(
    'isKeyRing',
    (value) => parseKeyRing(value) !== null,
    (args) => `${args.property} must be a list like k1:<base64 of 32 bytes>, separated by commas, each id once`,
  );
}

export function parseKeyRing(text: string): { id: string; key: Buffer }[] | null {
  const keys = text.split(',').map((entry) => /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)\s*$/.exec(entry));
  const ring: { id: string; key: Buffer }[] = [];
  for (const match of keys) {
    const [, id, encoded] = match ?? [];
    if (!id || !encoded || ring.some((known) => known.id === id)) return null;
    ring.push({ id, key: Buffer.from(encoded, 'base64') });
  }
  return ring;
}

export function IsCidrList(): PropertyDecorator {
  return rule(
    'isCidrList',
    (value) => value.split(',').every((entry) => ipaddr.isValidCIDR(entry.trim())),
    (args) => `${args.property} must be a list of networks like 10.0.0.0/8,fd00::/8`,
  );
}

/** `443,8443`, or `any`. */
export function IsPortList(): PropertyDecorator {
  return rule(
    'isPortList',
    (value) => value === 'any' || value.split(',').every((entry) => /^\d{1,5}$/.test(entry.trim()) && Number(entry) >= 1 && Number(entry) <= 65_535),
    (args) => `${args.property} must be a list of ports like 443,8443, separated by commas, or any`,
  );
}

/** Exact origins only, without paths or wildcards: for a person is sent there with the outcome of a connection. */
export function IsOriginList(): PropertyDecorator {
  return rule(
    'isOriginList',
    (value) => value.split(',').every((entry) => isOrigin(entry.trim())),
    (args) => `${args.property} must be a list of origins like https://app.example.com, separated by commas, without paths`,
  );
}

function isOrigin(text: string): boolean {
  const url = parseUrl(text);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && !url.hostname.includes('*') && url.href === `${url.origin}/`;
}

/** As OpenTelemetry writes them: `name=value,name=value`, values percent-encoded. */
export function IsHeaderList(): PropertyDecorator {
  return rule(
    'isHeaderList',
    (value) => parseHeaderList(value) !== null,
    (args) => `${args.property} must be a list like authorization=Bearer%20abc,x-team=42`,
  );
}

export function parseHeaderList(text: string): Record<string, string> | null {
  const headers: Record<string, string> = {};
  for (const entry of text.split(',')) {
    const [, name, value] = /^\s*([A-Za-z0-9-]{1,64})=([^\s,]+)\s*$/.exec(entry) ?? [];
    if (!name || !value || /%(?![0-9A-Fa-f]{2})/.test(value)) return null;
    const decoded = decodeValue(value);
    if (decoded === null) return null;
    headers[name.toLowerCase()] = decoded;
  }
  return headers;
}

function decodeValue(value: string): string | null {
  try {
    const decoded = decodeURIComponent(value);
    return /^[\x20-\x7e]+$/.test(decoded) ? decoded : null;
  } catch {
    return null; // Bytes that are no UTF-8.
  }
}
