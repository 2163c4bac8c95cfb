const special = /["&'<>]/;
const all = /["&'<>]/g;
const entities: Readonly<Record<string, string>> = {
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '<': '&lt;',
  '>': '&gt;',
};

/** Escapes a value for HTML text and quoted attributes. Most values need no change, so it checks first. */
export function escapeHtml(value: string | number | boolean | null | undefined): string {
  if (value === undefined || value === null) {
    return '';
  }
  const text = typeof value === 'string' ? value : String(value);
  return special.test(text) ? text.replace(all, (character) => entities[character] ?? '') : text;
}
