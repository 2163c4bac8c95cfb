import type { Viewer } from '../../plugin/viewing/viewer.js';
import type { TestApp } from './app.js';

/** Undoes the last act with an action that the viewer sees, as far as its preview says that it can. */
export async function undoLast(app: TestApp, viewer: Viewer, action: string): Promise<void> {
  const { db, features } = app;
  const { id } = await db
    .knex('audit_acts')
    .where({ action, owner_id: 0, reseller_id: 0 })
    .orderBy('id', 'desc')
    .first('id');
  const preview = await features.undoing.prepare(viewer, Number(id));
  await features.previews.whole(viewer, preview);
  await features.previews.apply(viewer, preview);
}
