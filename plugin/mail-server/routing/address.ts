/** An address as Postfix splits it. */
export interface Address {
  /** All of it, in lower case. */
  readonly text: string;
  /** Before the `@`. */
  readonly local: string;
  /** `local` without its tag. */
  readonly base: string;
  /** From the delimiter on, or empty. */
  readonly tag: string;
  /** Empty for an address without a domain, which belongs to the mail host itself. */
  readonly domain: string;
}

/** @param addedTag inserted before the `@`, unless empty. */
export function addressFrom(text: string, addedTag = ''): Address {
  const at = text.lastIndexOf('@');
  const [name, domain] =
    at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1).toLowerCase()];
  const local = name.toLowerCase() + addedTag;
  // A delimiter at the start is part of the name (split_addr(3)).
  const delimiter = local.indexOf('+', 1);
  const base = delimiter === -1 ? local : local.slice(0, delimiter);
  return { text: `${local}@${domain}`, local, base, tag: local.slice(base.length), domain };
}

/** The look-up keys of an address, in order: the whole address, without its tag, and its domain alone. */
export function keysOf(
  { text, base, tag, domain }: Address,
  whole: 'domain' | '@domain',
): { readonly key: string; readonly unmatchedTag: string }[] {
  return [
    { key: text, unmatchedTag: '' },
    ...(tag === '' ? [] : [{ key: `${base}@${domain}`, unmatchedTag: tag }]),
    { key: whole === 'domain' ? domain : `@${domain}`, unmatchedTag: '' },
  ];
}
