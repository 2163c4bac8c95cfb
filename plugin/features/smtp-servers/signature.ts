import sanitizeHtml from 'sanitize-html';

const color = /^(#[\da-f]{3,8}|[a-z]{3,20}|rgba?\([\d\s.,%]{5,40}\))$/i;

const allowed: sanitizeHtml.IOptions = {
  allowedTags: ['p', 'br', 'div', 'span', 'strong', 'b', 'em', 'i', 'u', 'a', 'ul', 'ol', 'li'],
  allowedAttributes: { a: ['href'], '*': ['style'] },
  allowedSchemes: ['https', 'http', 'mailto', 'tel'],
  allowProtocolRelative: false,
  allowedStyles: {
    '*': {
      color: [color],
      'font-weight': [/^(bold|normal|[1-9]00)$/],
      'font-style': [/^(italic|normal)$/],
      'font-size': [/^\d{1,2}(\.\d{1,2})?(px|pt|em)$/],
      'text-align': [/^(left|right|center)$/],
      'text-decoration': [/^(underline|none)$/],
    },
  },
  nestingLimit: 20,
};

/** A signature as it is stored, shown and mailed: text, links and lists, and nothing that loads or runs. */
export function sanitizeSignature(typed: string): string {
  const clean = sanitizeHtml(typed, allowed).trim();
  const html = block.test(clean) ? clean : withBreaks(clean);
  return plainTextOf(html) === '' ? '' : html;
}

const block = /<(?:p|div|ul|ol|li)[ >]/;

/** Who typed no paragraph meant the lines of the text as lines. */
function withBreaks(html: string): string {
  return html.replaceAll(/(?:<br \/>)?[ \t]*\r?\n|<[^>]*>/g, (each) =>
    each.endsWith('\n') ? '<br />' : each,
  );
}

/**
 * A signature for those who read mail as text: what stands on lines of its own stays so, and links say where they lead.
 *
 * @param html as `sanitizeSignature` gives it.
 */
export function plainTextOf(html: string): string {
  const text = html
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/g, (_link, href: string, label: string) =>
      linkInText(href, withoutTags(label)),
    )
    .replaceAll(/<br ?\/?>/g, '\n')
    .replaceAll(/<li(?: [^>]*)?>/g, `${edge}- `)
    .replaceAll(/<\/?(?:p|div|ul|ol|li|h[1-6])(?: [^>]*)?>/g, edge);
  return decode(withoutTags(text))
    .replaceAll(/(\v- )[ \v]+/g, '$1')
    .replaceAll(/ *\v[ \v]*/g, '\n')
    .replaceAll(/ *\n */g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/** Where a block begins or ends: several at one place are one new line. White space has become plain spaces by then. */
const edge = '\v';

function linkInText(href: string, label: string): string {
  const place = href.replace(/^(mailto|tel):/, '');
  return label.trim() === place ? label : `${label} (${place})`;
}

function withoutTags(html: string): string {
  return html.replaceAll(/<[^>]*>/g, '');
}

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&amp;': '&',
};

function decode(text: string): string {
  return text.replaceAll(/&(?:lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity);
}
