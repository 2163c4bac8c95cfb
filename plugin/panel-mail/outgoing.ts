/** RFC 3834 §5: prevents out-of-office replies. */
export const automatic = { 'Auto-Submitted': 'auto-generated' } as const;

/** The page where people switch kinds of mails off. */
export const preferencesPath = '/preferences/mails';

/** A page's public URL. @param base of the panel, ending in a slash; never from a request. */
export function linkOf(base: string, path: string): string {
  return base + path.replace(/^\//, '');
}
