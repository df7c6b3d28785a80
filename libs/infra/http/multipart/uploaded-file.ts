/** A file that came with a multipart request, already on disk. JSON cannot make one, so a body that holds one had an upload. */
export class UploadedFile {
  constructor(
    /** Absolute; removed when the request has been answered. */
    readonly path: string,
    readonly filename: string | null,
    readonly sizeBytes: number,
    /** Of its content, hexadecimal. */
    readonly sha256: string,
  ) {}
}
