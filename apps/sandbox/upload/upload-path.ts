/** Where the bytes of a container go (§1.5). */
export function uploadPath(version: string, containerId: string): string {
  return `/ig-api-upload/${version}/${containerId}`;
}

/** The container of an upload path; null when it is none. */
export function parseUploadPath(pathname: string): string | null {
  return /^\/ig-api-upload\/(?:v\d{1,3}\.\d\/)?(\d{1,30})$/u.exec(pathname)?.[1] ?? null;
}
