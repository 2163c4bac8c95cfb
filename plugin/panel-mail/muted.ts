import type { Knex } from 'knex';

/** The kinds of mails that an account has switched off, by their keys. */
export async function mutedKinds(db: Knex, accountId: number): Promise<ReadonlySet<string>> {
  return new Set<string>(await db('muted_mails').where({ account_id: accountId }).pluck('kind'));
}

/** Switches off exactly these of the kinds that are offered. Kinds that are not keep what was chosen. */
export async function muteKinds(
  tx: Knex,
  accountId: number,
  { offered, muted }: { readonly offered: readonly string[]; readonly muted: readonly string[] },
): Promise<void> {
  await tx('muted_mails').where({ account_id: accountId }).whereIn('kind', offered).delete();
  if (muted.length > 0) {
    await tx('muted_mails').insert(muted.map((kind) => ({ account_id: accountId, kind })));
  }
}
