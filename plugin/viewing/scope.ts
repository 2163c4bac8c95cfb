/**
 * Whose rows may be seen. Every store that holds what belongs to somebody takes one, so that no route can forget
 * to ask.
 */
export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'reseller'; readonly accountId: number }
  | { readonly kind: 'owner'; readonly accountId: number }
  | { readonly kind: 'mailbox'; readonly mailboxId: number };

/** The condition on a table with the columns `owner_id` and `reseller_id`, as a column and its value. */
export function scopeColumn(
  scope: Scope,
): { readonly column: 'owner_id' | 'reseller_id'; readonly accountId: number } | undefined {
  switch (scope.kind) {
    case 'all':
      return undefined;
    case 'reseller':
      return { column: 'reseller_id', accountId: scope.accountId };
    case 'owner':
      return { column: 'owner_id', accountId: scope.accountId };
    case 'mailbox':
      return { column: 'owner_id', accountId: nobody };
  }
}

/** Whether a row with the columns `owner_id` and `reseller_id` may be seen. */
export function isWithin(
  scope: Scope,
  row: { readonly owner_id: number | null; readonly reseller_id: number | null },
): boolean {
  const owner = scopeColumn(scope);
  return owner === undefined || row[owner.column] === owner.accountId;
}

const nobody = 0;
