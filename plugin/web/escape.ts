const special = /["&'<>]/;
const all = /["&'<>]/g;
/** Without the flag `u`, which doubles its time: half of a pair is found as well. */
const specialOnPage = /["&'<>\u0080-\uffff]/;
const allOnPage = /["&'<>\u{80}-\u{10ffff}]/gu;
const beyondAscii = /[\u{80}-\u{10ffff}]/gu;
const tagOrBeyond = /<%.*?%>|[\u{80}-\u{10ffff}]/gsu;
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

/**
 * The same for a template's page, also with references to characters beyond ASCII: V8 then keeps the page with one byte
 * for each character, and sends it as it is.
 */
export function escapeForPage(value: string | number | boolean | null | undefined): string {
  if (typeof value === 'string') {
    return specialOnPage.test(value) ? value.replace(allOnPage, reference) : value;
  }
  return value === undefined || value === null ? '' : String(value);
}

/** The same for a template's own text, which may contain tags of HTML and of EJS. */
export function referencesIn(template: string): string {
  return template.replace(tagOrBeyond, (found) =>
    found.startsWith('<%') ? found : reference(found),
  );
}

/** The same page of ASCII characters alone. */
export function inAscii(html: string): string {
  return html.replaceAll(beyondAscii, reference);
}

function reference(character: string): string {
  return entities[character] ?? `&#${character.codePointAt(0)};`;
}
