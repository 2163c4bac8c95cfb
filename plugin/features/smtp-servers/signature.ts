import type sanitizeHtml from 'sanitize-html';
import { library } from '../../runtime/library.js';
import { hiddenElements, isHidden } from '../../sending/html-elements.js';
import { plainTextOf } from '../../sending/plain-text.js';
import { linkIn } from './signature-links.js';
import { keptAttributes, keptElements, keptStyles, otherBlocks } from './signature-rules.js';
import { withTextKept } from './typed-text.js';

const allowed: sanitizeHtml.IOptions = {
  allowedTags: keptElements,
  allowedAttributes: { a: ['href'], '*': ['hidden', 'style', ...Object.keys(keptAttributes)] },
  allowedSchemes: ['https', 'http', 'mailto', 'tel'],
  allowProtocolRelative: false,
  allowedStyles: {
    '*': Object.fromEntries(Object.entries(keptStyles).map(([name, values]) => [name, [values]])),
  },
  nonTextTags: [...hiddenElements.filter((name) => name !== 'svg'), 'textarea', 'option', 'xmp'],
  transformTags: { '*': kept },
  exclusiveFilter: ({ attribs }) => attribs['hidden'] !== undefined,
  // Outlook nests tables in tables, and spans in spans.
  nestingLimit: 60,
};

/**
 * A signature in the form that is stored, shown and mailed: text, tables, links and styles, and nothing that loads or
 * runs.
 */
export function sanitizeSignature(typed: string): string {
  const sanitize: typeof sanitizeHtml = library('sanitize-html');
  const clean = sanitize(withTextKept(typed), allowed).trim();
  const html = block.test(clean) ? clean : withBreaks(clean);
  return plainTextOf(html) === '' ? '' : html;
}

/** Sanitizes an element. Invisible ones are marked for removal with their content. */
function kept(tagName: string, attribs: sanitizeHtml.Attributes): sanitizeHtml.Tag {
  if (isHidden(attribs)) {
    return {
      tagName: keptElements.includes(tagName) ? tagName : 'span',
      attribs: { hidden: 'hidden' },
    };
  }
  const entries = Object.entries(attribs).flatMap(([name, value]) => {
    const mended = mendedValue(name, value);
    return mended === undefined ? [] : [[name, mended] as const];
  });
  return {
    tagName: otherBlocks.has(tagName) ? 'div' : tagName,
    attribs: Object.fromEntries([
      ...(tagName === 'center' ? [['align', 'center'] as const] : []),
      ...entries,
    ]),
  };
}

function mendedValue(name: string, value: string): string | undefined {
  if (name === 'href') {
    return linkIn(value);
  }
  if (name === 'style') {
    // Browsers ignore case, the sanitizer expects lower case.
    return value.replaceAll(/(?:^|;)\s*[a-z-]+\s*:/gi, (each) => each.toLowerCase());
  }
  return keptAttributes[name]?.test(value.trim()) === true ? value.trim() : undefined;
}

const block = /<(?:p|div|ul|ol|li|table|h[1-6]|hr|blockquote|pre)[ >]/;

/** In a text without paragraphs, line breaks are meant as lines. */
function withBreaks(html: string): string {
  return html.replaceAll(/(?:<br \/>)?[ \t]*\r?\n|<[^>]*>/g, (each) =>
    each.endsWith('\n') ? '<br />' : each,
  );
}
