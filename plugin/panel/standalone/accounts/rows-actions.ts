import type { Database } from '../../../database/database.js';
import { InvalidInputError } from '../../../errors.js';
import type { AnyRowsAction, RowsAction } from '../../../previews/action.js';
import { parseForm } from '../../../web/forms.js';
import type { Picker } from '../../../tables/picker.js';
import type { Account } from '../../directory/account.js';
import { excesses } from '../plans/forms.js';
import type {
  ChangedAccount,
  FieldsChange,
  RowsAccounts,
  RowsSuspension,
  SuspensionChange,
  SuspensionSubject,
  WantedAccount,
  WantedSuspension,
} from './rows-accounts.js';
import { consequencesOf } from '../plans/consequences.js';
import { consequencesAfter, dependentsAfter } from './rows-effects.js';
import { excessForm } from './forms.js';
import { planRefusal } from './placements.js';

export interface RowsParts {
  readonly db: Database;
  readonly rowsSuspension: RowsSuspension;
  readonly rowsAccounts: RowsAccounts;
  readonly plans: Pick<Picker<object>, 'named' | 'refusal'>;
}

/** What all actions on accounts say of a row. */
export const onAccount = {
  permission: 'accounts.manage',
  thing: 'account',
  idOf: ({ account }: { readonly account: Account }) => account.id,
  nameOf: ({ account }: { readonly account: Account }) => account.login,
  // A suspension leaves the version of the rest.
  versionOf: ({ account }: { readonly account: Account }) =>
    account.version * 2 + Number(account.suspended),
} satisfies Partial<RowsAction<{ readonly account: Account }, never, never, undefined>>;

/** What the list of accounts offers to do with selected ones. */
export function actionsOnAccounts(parts: RowsParts): readonly AnyRowsAction[] {
  return [planAction(parts), suspensionAction(parts, true), suspensionAction(parts, false)];
}

function planAction({
  db,
  rowsAccounts: verb,
  plans,
}: RowsParts): RowsAction<ChangedAccount, WantedAccount, FieldsChange, void> {
  return {
    ...onAccount,
    key: 'plan',
    noun: 'plan',
    icon: 'package',
    verb,
    changeOf: ({ changed }) => changed,
    form: {
      fields: ['plan', 'excess'],
      async parse({ plan, excess }, viewer) {
        const { scope } = viewer;
        const name = typeof plan === 'string' ? plan.trim() : '';
        const found = name === '' ? undefined : await plans.named(scope, name);
        if (name !== '' && found === undefined) {
          const refusal =
            viewer.role === 'reseller' ? planRefusal(viewer) : await plans.refusal(scope, name);
          throw new InvalidInputError({ plan: refusal });
        }
        const chosen = parseForm(excessForm, { excess });
        return { plan: found === undefined ? null : Number(found.id), ...chosen };
      },
      page: {
        view: 'accounts/rows-plan',
        content: async () => ({ labels: 'accounts.fields', excesses }),
        values: async () => ({ plan: '', excess: 'keep' }),
      },
    },
    effects: (_viewer, preview, language) => consequencesAfter(db, preview, language),
  };
}

/** Changes an account as its form asks, after a preview of what another plan changes. */
export function fieldsAction({
  db,
  rowsAccounts: verb,
}: Pick<RowsParts, 'db' | 'rowsAccounts'>): RowsAction<
  ChangedAccount,
  WantedAccount,
  FieldsChange,
  void
> {
  return {
    ...onAccount,
    key: 'change',
    noun: 'change',
    icon: 'package',
    hasOwnPage: true,
    verb,
    changeOf: ({ changed }) => changed,
    async effects(viewer, { wanted, selection, appliedAt }, language) {
      const ids = selection.kind === 'rows' ? selection.ids : [];
      const asked = { viewer, wanted: Object(wanted), facts: undefined };
      const [row] = appliedAt === undefined ? await verb.read(db.knex, asked, ids) : [];
      const { affected = [] } = row?.subject ?? {};
      const { excess = 'keep' } = row?.form ?? {};
      return await consequencesOf({ db: db.knex, affected, excess }, language);
    },
  };
}

function suspensionAction(
  { db, rowsSuspension: verb }: RowsParts,
  suspended: boolean,
): RowsAction<SuspensionSubject, WantedSuspension, SuspensionChange, void> {
  return {
    ...onAccount,
    key: suspended ? 'suspend' : 'resume',
    noun: suspended ? 'suspension' : 'reactivation',
    icon: suspended ? 'player-pause' : 'player-play',
    verb,
    form: { fields: [], parse: () => ({ suspended }) },
    changeOf: () => ({ before: { suspended: !suspended }, after: { suspended } }),
    ...(suspended && {
      effects: (_viewer, preview, language) => dependentsAfter(db, preview, language),
    }),
  };
}
