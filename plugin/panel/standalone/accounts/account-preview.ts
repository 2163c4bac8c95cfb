import type { Request } from 'express';
import type { Database } from '../../../database/database.js';
import { previewPath } from '../../../previews/preview.js';
import type { Previews } from '../../../previews/previews.js';
import { idIn } from '../../../web/ids.js';
import { languageOf } from '../../../web/pages.js';
import { consequencesOf } from '../plans/consequences.js';
import type { Accounts } from './accounts.js';
import { type AccountForm, formOf } from './forms.js';
import { RowsAccounts, type WantedAccount } from './rows-accounts.js';
import { fieldsAction } from './rows-actions.js';
import { accountTable } from './table.js';

interface Parts {
  readonly db: Database;
  readonly accounts: Accounts;
  readonly previews: Previews;
}

/**
 * The path of a preview of an account's form, if another plan changes something for what it has; undefined if it can be
 * saved at once.
 */
export async function previewOfForm(
  { db, accounts, previews }: Parts,
  req: Request,
  form: AccountForm,
): Promise<string | undefined> {
  const rowsAccounts = new RowsAccounts(accounts.fields);
  const wanted = wantedIn(form);
  const asked = { viewer: req.viewer, wanted, facts: undefined };
  const [row] = await rowsAccounts.read(db.knex, asked, [idIn(req)]);
  // The preview says what is above the maximums; what else is in the way is said by saving.
  const kept = row && { ...row, form: { ...row.form, excess: 'keep' as const } };
  if (
    kept === undefined ||
    kept.account.version !== form.version ||
    rowsAccounts.decide(req.viewer, kept, wanted).kind === 'refused'
  ) {
    return undefined;
  }
  const { affected } = kept.subject;
  const { excess = 'keep' } = form;
  const said = await consequencesOf({ db: db.knex, affected, excess }, languageOf(req));
  // That it concerns the account alone is known.
  if (said.length <= 1) {
    return undefined;
  }
  const offered = { table: accountTable, action: fieldsAction({ db, rowsAccounts }) };
  const selection = { kind: 'rows', ids: [idIn(req)] } as const;
  const preview = await previews.create(req.viewer, offered, {
    wanted,
    selection,
    list: '/accounts',
  });
  return previewPath(preview);
}

/** Previews hold no passwords, so it is set at once. */
export async function setPasswordAlone(
  accounts: Accounts,
  req: Request,
  { password }: AccountForm,
): Promise<void> {
  const { account, reseller } = await accounts.page(req.viewer, idIn(req));
  await accounts.change(req.viewer, account.id, { ...formOf(account, reseller), password });
}

function wantedIn(form: AccountForm): WantedAccount {
  const { role, reseller, plan, name, email, locale, excess, limit, limitPerHour } = form;
  return {
    role,
    reseller,
    plan: plan === '' ? null : plan,
    name,
    email: email.toString(),
    locale,
    ...(excess !== undefined && { excess }),
    ...(limit !== undefined && { limit }),
    ...(limitPerHour !== undefined && { limitPerHour }),
  };
}
