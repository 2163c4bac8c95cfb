import { keepDomain } from '../../panel/directory/kept-domain.js';
import type { PanelListener } from '../../panel/panel.js';
import { removalsIn } from '../../removals/removal.js';

/** Keeps the domains that the panel removes, and follows owners to another reseller. */
export const listenToPanel: PanelListener = async (event, changing) => {
  if (event.kind === 'domain-removed') {
    await keepDomain(changing, event.domainId);
  }
  if (event.kind === 'account-reseller-changed') {
    await removalsIn(changing.tx)
      .where({ owner_id: event.accountId })
      .update({ reseller_id: event.resellerId ?? null });
  }
};
