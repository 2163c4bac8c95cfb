/** What a token can be good for: permissions, of which it has no more than its account. */
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

/** How many an account can have. */
export const mostTokens = 50;
