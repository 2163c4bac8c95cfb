import type { PanelEvents } from '../../panel/panel.js';

/** Messages follow their owner to another reseller. */
export function keepMessagesInStep(events: PanelEvents): void {
  events.listen(async (event, { tx }) => {
    if (event.kind === 'account-reseller-changed') {
      await tx('messages')
        .where({ owner_id: event.accountId })
        .update({ reseller_id: event.resellerId ?? null });
    }
  });
}
