import { resellerOf } from '../../panel/directory/account.js';
import { accountFrom, type AccountRow } from '../../panel/directory/rows.js';
import type { PanelEvents } from '../../panel/panel.js';

/** Messages follow their owner to another reseller. */
export function keepMessagesInStep(events: PanelEvents): void {
  events.listen(async (event, { tx }) => {
    if (event.kind !== 'account-suspension-changed') {
      return;
    }
    const row = await tx<AccountRow>('accounts').where({ id: event.accountId }).first();
    if (row !== undefined) {
      const reseller_id = resellerOf(accountFrom(row)) ?? null;
      await tx('messages').where({ owner_id: row.id }).update({ reseller_id });
    }
  });
}
