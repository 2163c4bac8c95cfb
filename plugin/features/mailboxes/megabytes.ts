const sizes = { MB: 1, GB: 1024 } as const;

/** A size such as `2048`, `512MB` or `1GB` as the form wants it, in megabytes; anything else is left to the form to refuse. */
export function asMegabytes(text: string): string {
  const [, number = '', unit = ''] = /^(\d{1,9}) ?(MB|GB)$/.exec(text.trim().toUpperCase()) ?? [];
  return unit === 'MB' || unit === 'GB' ? String(Number(number) * sizes[unit]) : text;
}
