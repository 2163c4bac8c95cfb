import type { Scope } from '../../viewing/scope.js';
import type { Role } from '../../manifest.js';
import type { Locale } from '../../web/locale.js';
import type { Theme } from '../../viewing/viewer.js';

/** Somebody who can sign in. */
export interface Account {
  readonly id: number;
  readonly role: Role;
  /** In lower case; a mail user's is the address of the mailbox. */
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly locale: Locale | undefined;
  readonly theme: Theme;
  /** A customer's reseller; undefined for the administrators' own customers. */
  readonly parentId: number | undefined;
  readonly planId: number | undefined;
  readonly mailboxId: number | undefined;
  /** Its own outgoing limit, in messages; undefined inherits the plan's. */
  readonly limitPerHour?: number | undefined;
  readonly suspended: boolean;
  readonly version: number;
}

/** The reseller that an account's domains belong to, if any. */
export function resellerOf(account: Pick<Account, 'id' | 'role' | 'parentId'>): number | undefined {
  return account.role === 'reseller' ? account.id : account.parentId;
}

/** What an account can see: everything, a reseller's part, its own, or one mailbox. */
export function scopeOf(account: Pick<Account, 'id' | 'role' | 'mailboxId'>): Scope {
  switch (account.role) {
    case 'administrator':
      return { kind: 'all' };
    case 'reseller':
      return { kind: 'reseller', accountId: account.id };
    case 'customer':
      return { kind: 'owner', accountId: account.id };
    case 'mail-user':
      return { kind: 'mailbox', mailboxId: account.mailboxId ?? 0 };
  }
}
