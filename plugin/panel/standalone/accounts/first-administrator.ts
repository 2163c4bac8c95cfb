import type { App } from '../../../app.js';
import { InvalidInputError } from '../../../errors.js';
import { newAccountForm } from './forms.js';
import { placeholderAddress } from './placeholder-address.js';
import { operator } from '../../../viewing/operator.js';
import { parseForm } from '../../../web/forms.js';

/** Creates the administrator if there is none. @returns the token of a sign-in link if it did. */
export async function firstAdministrator(app: App): Promise<string | undefined> {
  const existing = await app.db.knex('accounts').where({ role: 'administrator' }).first('id');
  if (existing !== undefined) {
    return undefined;
  }
  const id = await createAdministrator(app);
  return id === undefined ? undefined : await app.panel.signIn.createLink(id);
}

/** Undefined if another process that starts at the same time was faster. */
async function createAdministrator(app: App): Promise<number | undefined> {
  const form = parseForm(newAccountForm, {
    role: 'administrator',
    login: 'admin',
    name: 'Administrator',
    email: placeholderAddress,
  });
  try {
    return await app.panel.accounts.create(operator(app.manifest.permissions), form);
  } catch (error) {
    if (error instanceof InvalidInputError && 'login' in error.fields) {
      return undefined;
    }
    throw error;
  }
}
