import { domainToUnicode } from 'node:url';

/** A text with the domains in it as people write them: U-labels in the place of A-labels (RFC 5890 §2.3.2.1). */
export function readable(text: string): string {
  // Looking first is a hundred times faster, and nearly every text has none.
  return text.includes('xn--')
    ? text.replaceAll(/[a-z\d.-]*xn--[a-z\d.-]*/g, (name) => domainToUnicode(name) || name)
    : text;
}
