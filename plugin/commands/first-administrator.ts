import { isDuplicate } from '../database/database.js';
import type { App } from '../app.js';
import { operator } from '../panel/standalone/viewers.js';

/** Creates the administrator where there is none yet; the token of a link to sign in with, if it did. */
export async function firstAdministrator(app: App): Promise<string | undefined> {
  const existing = await app.db.knex('accounts').where({ role: 'administrator' }).first('id');
  if (existing !== undefined) {
    return undefined;
  }
  const id = await createAdministrator(app);
  return id === undefined ? undefined : await app.panel.signIn.createLink(id);
}

async function createAdministrator(app: App): Promise<number | undefined> {
  try {
    return await app.changes.make(operator(app.manifest.permissions), async ({ tx, record }) => {
      const id = await app.panel.accounts.insert(tx, {
        role: 'administrator',
        login: 'admin',
        name: 'Administrator',
        email: 'postmaster@localhost.localdomain',
      });
      await record({ action: 'account.created', subject: 'admin' });
      return id;
    });
  } catch (error) {
    if (isDuplicate(error)) {
      return undefined;
    }
    throw error;
  }
}
