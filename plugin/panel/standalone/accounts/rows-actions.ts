import type { Database } from '../../../database/database.js';
import { InvalidInputError } from '../../../errors.js';
import type { AnyRowsAction, RowsAction } from '../../../previews/action.js';
import type { Picker } from '../../../tables/picker.js';
import type { Account } from '../../directory/account.js';
import {
  type PlanChange,
  type PlanSubject,
  type RowsPlan,
  type RowsSuspension,
  type SuspensionChange,
  type SuspensionSubject,
  type WantedPlan,
  type WantedSuspension,
} from './rows-accounts.js';
import { dependentsAfter } from './rows-effects.js';

export interface RowsParts {
  readonly db: Database;
  readonly rowsSuspension: RowsSuspension;
  readonly rowsPlan: RowsPlan;
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
  rowsPlan: verb,
  plans,
}: RowsParts): RowsAction<PlanSubject, WantedPlan, PlanChange, void> {
  return {
    ...onAccount,
    key: 'plan',
    noun: 'plan',
    icon: 'package',
    verb,
    changeOf: ({ changed }) => changed,
    form: {
      fields: ['plan'],
      async parse({ plan }, { scope }) {
        const name = typeof plan === 'string' ? plan.trim() : '';
        const found = name === '' ? undefined : await plans.named(scope, name);
        if (name !== '' && found === undefined) {
          throw new InvalidInputError({ plan: await plans.refusal(scope, name) });
        }
        return { plan: found === undefined ? null : Number(found.id) };
      },
      page: {
        view: 'accounts/rows-plan',
        content: async () => ({ labels: 'accounts.fields' }),
        values: async () => ({ plan: '' }),
      },
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
