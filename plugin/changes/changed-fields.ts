/** A snapshot for the audit log: flat, by field. */
export type Fields = Readonly<Record<string, string | number | boolean | null>>;

/** The fields that differ, before and after. */
export interface ChangedFields {
  readonly before: Fields;
  readonly after: Fields;
}

export function changedFields(before: Fields, after: Fields): ChangedFields {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => (before[name] ?? null) !== (after[name] ?? null),
  );
  const pick = (from: Fields): Fields =>
    Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}

/** Whether any field differs; otherwise there is nothing to record and no new version. */
export function isChange({ after }: ChangedFields): boolean {
  return Object.keys(after).length > 0;
}
