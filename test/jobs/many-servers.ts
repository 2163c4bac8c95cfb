import assert from 'node:assert/strict';
import type { PreviewSelection } from '../../plugin/previews/preview.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import type { App } from '../../plugin/app.js';

/** Inserts rows directly, since the feature would take minutes. @returns their IDs. */
export async function addManyServers(
  app: Pick<App, 'db'>,
  owner: Viewer,
  count: number,
): Promise<readonly number[]> {
  const before = await lastId(app);
  const rows = Array.from({ length: count }, (_none, n) => ({
    title: `Server ${n}`,
    sort_title: `server ${n}`,
    host: 'smtp.elsewhere.example',
    port: 587,
    authentication: 'none',
    security: 'starttls',
    address: 'info@elsewhere.example',
    sender_name: '',
    user_name: '',
    usage: 'default',
    signature: '',
    search_text: `server ${n}`,
    owner_id: owner.accountId,
    created_at: 0,
  }));
  await app.db.knex.batchInsert('smtp_servers', rows, 500);
  return await app.db.knex('smtp_servers').where('id', '>', before).orderBy('id').pluck('id');
}

/** Starts a job that removes them. @returns its ID. */
export async function startRemoval(
  app: Pick<App, 'features'>,
  owner: Viewer,
  ids: readonly number[],
): Promise<number> {
  return await startRemovalOf(app, owner, { kind: 'rows', ids });
}

/** Leaves the removal of all servers up to an ID to whoever does jobs. */
export async function startRemovalUpTo(
  app: Pick<App, 'features'>,
  owner: Viewer,
  upTo: number,
): Promise<number> {
  return await startRemovalOf(app, owner, { kind: 'matching', query: '?', parent: null, upTo });
}

async function startRemovalOf(
  { features: { previews, actionsOnServers } }: Pick<App, 'features'>,
  owner: Viewer,
  selection: PreviewSelection,
): Promise<number> {
  const { table, actions } = actionsOnServers;
  const [action] = actions;
  assert.ok(action !== undefined);
  const asking = { selection, wanted: undefined, list: '/smtp-servers' };
  const id = await previews.create(owner, { table, action }, asking);
  await previews.whole(owner, id);
  return await previews.start(owner, id);
}

async function lastId({ db }: Pick<App, 'db'>): Promise<number> {
  const [row] = await db.knex('smtp_servers').max('id as id');
  return Number(row?.['id'] ?? 0);
}
