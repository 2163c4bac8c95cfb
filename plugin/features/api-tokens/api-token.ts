/** A token's possible permissions, of which it never has more than its account. */
export const scopes = [
  'messages.send',
  'messages.view',
  'domain-mail.change',
  'mailboxes.manage',
  'aliases.manage',
  'domains.manage',
  'imports.use',
  'accounts.manage',
  'smtp-servers.manage',
] as const;
export type TokenScope = (typeof scopes)[number];

/** Permissions of what mail settings, or aliases, may consist of. */
const parts: Readonly<Partial<Record<TokenScope, RegExp>>> = {
  'domain-mail.change': /^domain-mail\./,
  'aliases.manage': /^domain-mail\.(?:forward-outside|internal)$/,
};

/** Whether a token's scopes grant a permission: changing something includes what it may consist of. */
export function grants(granted: readonly TokenScope[], permission: string): boolean {
  return granted.some((scope) => scope === permission || parts[scope]?.test(permission) === true);
}

export interface ApiToken {
  readonly id: number;
  readonly ownerId: number;
  readonly title: string;
  readonly scopes: readonly TokenScope[];
  readonly createdAt: number;
  readonly lastUsedAt: number | undefined;
}

/** The most tokens of an account. */
export const mostTokens = 50;
