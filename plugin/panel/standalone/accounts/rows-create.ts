import { type FeatureParts, listeningTo } from '../../../feature.js';
import { Picker } from '../../../tables/picker.js';
import { AccountStore } from '../../directory/account-store.js';
import { DomainStore } from '../../directory/domain-store.js';
import { pickablePlans, pickableResellers } from '../../directory/pickables.js';
import { PlanStore } from '../../directory/plan-store.js';
import { PanelEvents } from '../../panel.js';
import { AccountChange } from './account-change.js';
import { AccountSuspension } from './account-suspension.js';
import { Placements } from './placements.js';
import { RowsAccounts, RowsSuspension } from './rows-accounts.js';
import type { RowsParts } from './rows-actions.js';

/** The verbs of accounts for selected ones, also in threads, where there is no panel: the events are the same. */
export async function createRows({
  db,
  registered,
}: Pick<FeatureParts, 'db' | 'registered'>): Promise<RowsParts> {
  const events = await listeningTo(new PanelEvents(), registered);
  const store = new AccountStore(db);
  const plans = new PlanStore(db);
  const placements = new Placements({
    accounts: store,
    plans,
    resellers: new Picker(db, pickableResellers),
  });
  const shared = { store, events, placements, domains: new DomainStore(db) };
  return {
    db,
    rowsSuspension: new RowsSuspension(new AccountSuspension(shared), store),
    rowsAccounts: new RowsAccounts(new AccountChange(shared)),
    plans: new Picker<object>(db, pickablePlans),
  };
}
