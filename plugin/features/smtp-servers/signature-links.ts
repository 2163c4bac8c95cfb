import { DomainName, EmailAddress } from '../../addresses/index.js';

const schemes = /^(https?|mailto|tel):/i;
/** What a page of a site is called, which somebody has copied with its links. */
const file = /\.(html?|php|aspx?|pdf|png|jpe?g|gif|svg)$/i;

/**
 * Where a link in a mail leads: as it is, or what people mean who leave out the scheme. A mail has no place that
 * others could be relative to.
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
