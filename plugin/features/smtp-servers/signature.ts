import sanitizeHtml from 'sanitize-html';
import { plainTextOf } from '../../sending/plain-text.js';

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
