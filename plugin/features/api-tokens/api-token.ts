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

/** Whether a token's scopes grant a permission: changing mail settings includes what they may consist of. */
export function grants(granted: readonly TokenScope[], permission: string): boolean {
  return granted.some(
    (scope) =>
      scope === permission ||
      (scope === 'domain-mail.change' && permission.startsWith('domain-mail.')),
  );
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
