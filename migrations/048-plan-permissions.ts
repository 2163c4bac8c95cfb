import type { Knex } from 'knex';
import { changePermissions } from './schema.js';

const added = [
  'domain-mail.bounce',
  'domain-mail.forward',
  'domain-mail.redirect',
  'domain-mail.forward-outside',
  'domain-mail.relay',
];

/** Plans decide about parts of the mail settings, too. Those that include the settings or aliases keep all parts. */
export async function up(db: Knex): Promise<void> {
  await changePermissions(db, (permissions) =>
    permissions.some((id) => id === 'domain-mail.change' || id === 'aliases.manage')
      ? [...permissions, ...added.filter((id) => !permissions.includes(id))]
      : permissions,
  );
}

export async function down(db: Knex): Promise<void> {
  await changePermissions(db, (permissions) => permissions.filter((id) => !added.includes(id)));
}
