import type { Knex } from 'knex';

const added = [
  'domain-mail.bounce',
  'domain-mail.forward',
  'domain-mail.redirect',
  'domain-mail.forward-outside',
  'domain-mail.relay',
];

/** Plans decide about parts of the mail settings, too. Those that include the settings or aliases keep all parts. */
export async function up(db: Knex): Promise<void> {
  await change(db, (permissions) =>
    permissions.some((id) => id === 'domain-mail.change' || id === 'aliases.manage')
      ? [...permissions, ...added.filter((id) => !permissions.includes(id))]
      : permissions,
  );
}

export async function down(db: Knex): Promise<void> {
  await change(db, (permissions) => permissions.filter((id) => !added.includes(id)));
}

async function change(
  db: Knex,
  changed: (permissions: readonly string[]) => readonly string[],
): Promise<void> {
  const plans = await db<{ id: number; permissions: string }>('plans').select('id', 'permissions');
  for (const { id, permissions } of plans) {
    const before: string[] = JSON.parse(permissions);
    await db('plans')
      .where({ id })
      .update({ permissions: JSON.stringify(changed(before)) });
  }
}
