/** Whether somebody has signed in with an account, or can. */
export type Access =
  | { readonly kind: 'invited'; readonly until: number }
  | { readonly kind: 'invitation-ended' }
  | { readonly kind: 'signed-in'; readonly at: number }
  | { readonly kind: 'never' };

export interface AccessRow {
  readonly invited_at: number | null;
  /** The end of its invitation's link, if that still exists. */
  readonly invited_until: number | null;
  readonly signed_in_at: number | null;
}

/** An invitation lasts until a password is chosen. */
export function accessFrom(row: AccessRow, now = Date.now()): Access {
  const { invited_at: invitedAt, invited_until: until, signed_in_at: at } = row;
  if (invitedAt !== null) {
    return until !== null && until > now
      ? { kind: 'invited', until }
      : { kind: 'invitation-ended' };
  }
  return at === null ? { kind: 'never' } : { kind: 'signed-in', at };
}
