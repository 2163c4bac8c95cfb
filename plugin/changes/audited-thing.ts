/** How the audit log speaks of a kind of thing. Keys of texts have a `*` where a name is put in. */
export interface AuditedThing {
  /** The key of a field's label, such as `mailboxes.fields.*`. */
  readonly labels?: string;
  /** For fields with a choice, the key of a value's text, such as `accounts.roles.*`. */
  readonly words?: Readonly<Record<string, string>>;
  /** For fields with the id of a row, where people find the name that they know it by. */
  readonly names?: Readonly<Record<string, { readonly table: string; readonly column: string }>>;
}

/** By the first half of their actions. */
export type AuditedThings = Readonly<Record<string, AuditedThing>>;
