import assert from 'node:assert/strict';
import type { App } from '../../plugin/app.js';
import type { Json } from '../../plugin/jobs/kind.js';

export interface PreviewIds {
  /** With rows that change, that are so already, and that cannot change. */
  readonly preview: number;
  /** Expired: it can no longer be applied. */
  readonly expiredPreview: number;
  /** With an outcome of each kind. */
  readonly appliedPreview: number;
}

/** Previews of changes to a customer's domains, none of which is really applied. */
export async function fillPreviews(app: App, customerId: number): Promise<PreviewIds> {
  const { previews, onDomains } = app.features;
  const viewer = await app.panel.viewers.of({ accountId: customerId, origin: '198.51.100.7' });
  assert.ok(viewer !== undefined);
  const add = async (key: string, wanted: Json): Promise<number> => {
    const { table, actions } = await onDomains();
    const action = actions.find((each) => each.key === key);
    assert.ok(action !== undefined);
    const offered = { table, action };
    const selection = await previews.matching(viewer, offered, { query: '?', parent: undefined });
    const id = await previews.create(viewer, offered, { wanted, selection, list: '/domains' });
    await previews.whole(viewer, id);
    return id;
  };
  const preview = await add('unknown', {
    policy: { key: 'forward', texts: { forwardTo: 'accueil@garage-du-port.example' } },
  });
  const expiredPreview = await add('off', { enabled: false });
  const appliedPreview = await add('webmail', { webmail: null });
  const changed = (id: number) => app.db.knex('previews').where({ id });
  await changed(expiredPreview).update({ expires_at: Date.UTC(2024, 4, 6) });
  await markApplied(app, appliedPreview);
  return { preview, expiredPreview, appliedPreview };
}

async function markApplied({ db: { knex } }: App, id: number): Promise<void> {
  const at = Date.UTC(2024, 4, 6, 8, 15);
  const rows: number[] = await knex('preview_rows')
    .where({ preview_id: id })
    .orderBy('row_id')
    .pluck('row_id');
  await knex('previews')
    .where({ id })
    .update({ applied_at: at, applied_to: rows.at(-2) ?? 0 });
  const [meanwhile, gone] = rows;
  const outcome = { outcome: 'meanwhile' };
  await knex('preview_rows')
    .where({ preview_id: id, row_id: meanwhile })
    .update({ ...outcome, detail: JSON.stringify({ actor: 'morel', at }) });
  await knex('preview_rows').where({ preview_id: id, row_id: gone }).update(outcome);
}
