/** The name of a stored object in a delivery URL: the key, and an extension that says the type, so that the signed path covers both. */
export interface DeliveryFile {
  readonly key: string;
  readonly contentType: string;
}

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/3gpp': '3gp',
};
const contentTypes: ReadonlyMap<string, string> = new Map(Object.entries(extensions).map(([type, extension]) => [extension, type]));

/** @throws Error for a type that ingest never answers: a fault of ours. */
export function deliveryName({ key, contentType }: DeliveryFile): string {
  const extension = extensions[contentType];
  if (!extension) throw new Error(`Media of type ${contentType} is not delivered`);
  return `${key}.${extension}`;
}

/** null for anything that `deliveryName` did not make. */
export function readDeliveryName(name: string): DeliveryFile | null {
  const [, key, extension = ''] = /^([0-9a-z]+)\.([0-9a-z]+)$/.exec(name) ?? [];
  const contentType = contentTypes.get(extension);
  return key && contentType ? { key, contentType } : null;
}
