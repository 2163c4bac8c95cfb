/**
 * An address without its tag: `box+orders@example.com` reaches `box@example.com`. A delimiter at the start is part of
 * the name, as for Postfix (split_addr(3)).
 */
export function withoutTag(address: string): string {
  const { start, end } = tagIn(address);
  return address.slice(0, start) + address.slice(end);
}

/** The address `to` with the tag that `address` has. */
export function withTagOf(address: string, to: string): string {
  const { start, end } = tagIn(address);
  const at = to.lastIndexOf('@');
  return to.slice(0, at) + address.slice(start, end) + to.slice(at);
}

function tagIn(address: string): { readonly start: number; readonly end: number } {
  const end = address.lastIndexOf('@');
  const start = address.slice(0, end).indexOf('+', 1);
  return { start: start === -1 ? end : start, end };
}
