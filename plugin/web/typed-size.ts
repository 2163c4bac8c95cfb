const powers = ['', 'k', 'm', 'g', 't'] as const;
const size = /^(\d{1,12})(?:[.,](\d{1,3}))? ?([kmgt]?)([bo]?)$/;

/**
 * A size as people type it, such as `2GB`, `1,5 Go` or `512 MB`; a bare number counts megabytes, as in forms.
 *
 * @returns bytes; undefined for any other text.
 */
export function bytesIn(text: string): number | undefined {
  const [match, whole = '', part = '', prefix = '', unit = ''] =
    size.exec(text.trim().replaceAll(/\s+/gu, ' ').toLowerCase()) ?? [];
  const power = powers.findIndex((each) => each === prefix);
  return match === undefined
    ? undefined
    : Math.round(Number(`${whole}.${part}`) * 1024 ** (prefix + unit === '' ? 2 : power));
}
