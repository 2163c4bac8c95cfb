import assert from 'node:assert/strict';
import type { Json } from '../../plugin/jobs/kind.js';
import type { OfferedAction } from '../../plugin/previews/action.js';
import type { Preview } from '../../plugin/previews/preview.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import type { TestApp } from '../support/app.js';

export const rejecting = { policy: { key: 'reject', texts: { rejectText: 'Nobody here.' } } };

/** What the list of domains offers. */
async function onDomains(
  { features }: Pick<TestApp, 'features'>,
  key: string,
): Promise<OfferedAction> {
  const { table, actions } = await features.onDomains();
  const action = actions.find((each) => each.key === key);
  assert.ok(action !== undefined);
  return { table, action };
}

/** A preview of the viewer's domains that match, all without a query, or of some; completely counted. */
export async function previewOf(
  app: Pick<TestApp, 'features'>,
  viewer: Viewer,
  key: string,
  {
    wanted,
    ids,
    query = '?',
  }: { readonly wanted: Json; readonly ids?: readonly number[]; readonly query?: string },
): Promise<Preview> {
  const { previews } = app.features;
  const offered = await onDomains(app, key);
  const selection =
    ids === undefined
      ? await previews.matching(viewer, offered, { query, parent: undefined })
      : ({ kind: 'rows', ids } as const);
  const id = await previews.create(viewer, offered, { wanted, selection, list: '/domains' });
  return await previews.whole(viewer, id);
}
