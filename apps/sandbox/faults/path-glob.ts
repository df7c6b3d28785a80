// In a glob `*` stands for one path segment, `**` for any number: both `/me/media` and `/1784…/media` are one star and `/media`.
export function matchesGlob(glob: string, path: string): boolean {
  const pattern = glob
    .split(/(\*\*|\*)/u)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]+' : part.replaceAll(/[$()+.?[\\\]^{|}]/gu, String.raw`\$&`)))
    .join('');
  return new RegExp(`^${pattern}$`, 'u').test(path);
}
