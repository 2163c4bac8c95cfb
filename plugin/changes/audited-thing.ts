/**
 * How the audit log labels a kind of thing. A `*` in a key stands for the field's name or value. What happened to it is
 * below `<feature>.entries.<thing>`, beside the `title` of its kind.
 */
export interface AuditedThing {
  /** The key of a field's label, such as `mailboxes.fields.*`. */
  readonly labels?: string;
  /** Where the subject is a list of keys, the key of the label of each, such as `settings.*.label`. */
  readonly subjects?: string;
  /**
   * For fields with a choice or a special value, the key of a value's label, such as `accounts.roles.*`, or what makes
   * it of a value; of no value, it is empty.
   */
  readonly valueLabels?: Readonly<Record<string, string | ((value: string) => string | undefined)>>;
  /** For fields that hold a row's ID, the column with the name that people know it by. */
  readonly names?: Readonly<Record<string, { readonly table: string; readonly column: string }>>;
  /** The same for fields that hold keys of rows, one or more, of a small table. */
  readonly keyed?: Readonly<
    Record<string, { readonly table: string; readonly key: string; readonly column: string }>
  >;
}

/** Keyed by the first half of their actions. */
export type AuditedThings = Readonly<Record<string, AuditedThing>>;
