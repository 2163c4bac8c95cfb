import type { PanelListener } from '../../panel/panel.js';

/** Jobs follow their owner to another reseller. */
export const followOwners: PanelListener = async (event, { tx }) => {
  if (event.kind === 'account-reseller-changed') {
    await tx('jobs')
      .where({ owner_id: event.accountId })
      .update({ reseller_id: event.resellerId ?? null });
  }
};
