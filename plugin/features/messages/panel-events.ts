import type { PanelListener } from '../../panel/panel.js';

/** Messages follow their owner to another reseller. */
export const followOwners: PanelListener = async (event, { tx }) => {
  if (event.kind === 'account-reseller-changed') {
    await tx('messages')
      .where({ owner_id: event.accountId })
      .update({ reseller_id: event.resellerId ?? null });
  }
};
