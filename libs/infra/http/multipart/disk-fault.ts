const codes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'EEXIST', 'EMFILE', 'ENFILE', 'EFBIG']);

/** Whether taking in a body failed for our disk and not for its sender. */
export function isDiskFault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && codes.has(error.code);
}
