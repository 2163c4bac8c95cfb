import type { PanelListener } from '../../panel/panel.js';

/** Updates the reseller of jobs when their owner moves to another. */
export const followOwners: PanelListener = async (event, { tx }) => {
  if (event.kind === 'account-reseller-changed') {
    await tx('jobs')
      .where({ owner_id: event.accountId })
      .update({ reseller_id: event.resellerId ?? null });
  }
};
