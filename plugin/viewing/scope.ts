/** Whose rows are visible. Every store of owned rows requires one, so that no route can forget it. */
export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'reseller'; readonly accountId: number }
  | { readonly kind: 'owner'; readonly accountId: number }
  | { readonly kind: 'mailbox'; readonly mailboxId: number };

/** The column and value that restrict a table with `owner_id` and `reseller_id`. */
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

/** The condition that narrows a table to a scope. */
export function ownedBy(scope: Scope, table: string): Readonly<Record<string, number>> {
  const owner = scopeColumn(scope);
  return owner === undefined ? {} : { [`${table}.${owner.column}`]: owner.accountId };
}

/** A row with the account that owns it, and that account's reseller. */
export interface Owned {
  readonly owner_id: number | null;
  readonly reseller_id: number | null;
}

/** Whether a row is visible. */
export function isWithin(scope: Scope, row: Owned): boolean {
  const owner = scopeColumn(scope);
  return owner === undefined || row[owner.column] === owner.accountId;
}

/** The owner of a row with `owner_id` and `reseller_id`, and the owner's reseller. */
export function ownersIn<Owner extends number | null>(row: {
  readonly owner_id: Owner;
  readonly reseller_id: number | null;
}): { readonly ownerId: Owner; readonly resellerId: number | undefined } {
  return { ownerId: row.owner_id, resellerId: row.reseller_id ?? undefined };
}

const nobody = 0;
