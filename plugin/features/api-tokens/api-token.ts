/** A token's possible permissions, of which it never has more than its account. */
export const scopes = ['messages.send', 'messages.view'] as const;
export type TokenScope = (typeof scopes)[number];

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
