import type { PanelListener } from '../../panel/panel.js';

/** Keeps SMTP servers with the reseller of their owner. */
export const followOwners: PanelListener = async (event, { tx }) => {
  if (event.kind === 'account-reseller-changed') {
    await tx('smtp_servers')
      .where({ owner_id: event.accountId })
      .update({ reseller_id: event.resellerId ?? null });
  }
};
