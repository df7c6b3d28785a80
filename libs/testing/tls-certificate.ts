import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export interface TestCertificate {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

interface CertificateWish {
  readonly commonName: string;
  /** Who signs it; null: itself. */
  readonly issuer?: (TestCertificate & { readonly commonName: string }) | null;
  readonly hosts?: readonly string[];
  readonly isAuthority?: boolean;
  readonly validFrom?: Date;
  readonly validTo?: Date;
}

const day = 86_400_000;
let serial = 1;

/** An X.509 certificate as somebody wishes it, also one that nobody should trust. Node reads certificates and makes none. */
export function makeCertificate({ commonName, issuer = null, hosts = [], isAuthority = false, validFrom = new Date(Date.now() - day), validTo = new Date(Date.now() + day) }: CertificateWish): TestCertificate & { readonly commonName: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer: KeyObject = issuer ? createPrivateKey(issuer.key) : privateKey;
  const extensions = [
    ...(isAuthority ? [sequence(oid('551d13'), boolean(true), octets(sequence(boolean(true))))] : []),
    ...(hosts.length > 0 ? [sequence(oid('551d11'), octets(sequence(...hosts.map((host) => der(0x82, Buffer.from(host))))))] : []),
  ];
  const body = sequence(
    der(0xa0, integer(2)), integer(serial++), ecdsaWithSha256, name(issuer?.commonName ?? commonName), sequence(time(validFrom), time(validTo)), name(commonName),
    publicKey.export({ type: 'spki', format: 'der' }), ...(extensions.length > 0 ? [der(0xa3, sequence(...extensions))] : []),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, signer)]));
  const text = sequence(body, ecdsaWithSha256, signature).toString('base64').match(/.{1,64}/g)?.join('\n') ?? '';
  return { commonName, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n` };
}

/** A tag, its length and its content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, Buffer.concat(parts));
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const octets = (content: Buffer): Buffer => der(0x04, content);
const boolean = (value: boolean): Buffer => der(0x01, Buffer.from([value ? 0xff : 0]));
const integer = (value: number): Buffer => der(0x02, Buffer.from([value >> 8 & 0x7f, value & 0xff].slice(value < 0x80 ? 1 : 0)));
const name = (commonName: string): Buffer => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));
/** GeneralizedTime is for years from 2050 on. */
const time = (moment: Date): Buffer => der(0x17, Buffer.from(`${moment.toISOString().slice(2, 19).replace(/\D/g, '')}Z`));
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
