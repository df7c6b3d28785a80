const boundary = 'fuzz-boundary';

/** A value as the form that a browser would send for it: `post[body]`, `profiles[]`. `file:` at its start makes a text a file. */
export function toMultipart(value: object): { readonly contentType: string; readonly body: Buffer } {
  const parts = fieldsOf(value, '').flatMap(([name, text]) => {
    const disposition = `content-disposition: form-data; name="${name.replace(/["\r\n]/g, encodeURIComponent)}"`;
    const kind = text.startsWith('file:') ? `${disposition}; filename="a.jpg"\r\ncontent-type: image/jpeg` : disposition;
    return [`--${boundary}\r\n${kind}\r\n\r\n${text}\r\n`];
  });
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Buffer.from(`${parts.join('')}--${boundary}--\r\n`) };
}

function fieldsOf(value: unknown, name: string): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsOf(item, `${name}[]`));
  if (typeof value !== 'object' || value === null) return [[name, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')]];
  return Object.entries(value).flatMap(([key, child]) => fieldsOf(child, name === '' ? key : `${name}[${key}]`));
}
