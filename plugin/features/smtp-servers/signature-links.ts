import { DomainName, EmailAddress } from '../../addresses/index.js';

const schemes = /^(https?|mailto|tel):/i;
/** Names of web pages, as in links copied with a page. */
const file = /\.(html?|php|aspx?|pdf|png|jpe?g|gif|svg)$/i;

/**
 * The absolute target of a link in a mail, with the scheme that people leave out. Mails have no base URL for relative
 * links.
 */
export function linkIn(typed: string): string | undefined {
  const href = typed.replaceAll(/[\t\n\r]/g, '').trim();
  if (schemes.test(href)) {
    return href;
  }
  if (/^\+?\d[\d\s().-]{4,24}$/.test(href)) {
    return `tel:${href.replaceAll(/[^\d+]/g, '')}`;
  }
  if (parses(() => EmailAddress.parse(href.split('?')[0] ?? ''))) {
    return `mailto:${href}`;
  }
  const bare = href.replace(/^\/\//, '');
  const [host = ''] = bare.split(/[/?#:]/, 1);
  return host.includes('.') &&
    parses(() => DomainName.parse(host)) &&
    !(host === bare && file.test(host))
    ? `https://${bare}`
    : undefined;
}

function parses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
