import assert from 'node:assert/strict';
import type { Page, Visitor } from '../support/visitor.js';

/** The page of the preview that a list's button leads to. */
export interface ShownPreview extends Page {
  readonly path: string;
}

/** Presses a list's button for selected rows, and follows it to the preview. */
export async function askFor(
  visitor: Visitor,
  path: string,
  fields: Parameters<Visitor['post']>[1],
): Promise<ShownPreview> {
  const { location = '', status } = await visitor.post(path, fields);
  assert.equal(status, 303);
  assert.match(location, /^\/previews\/\d+$/);
  return { ...(await counted(visitor, location)), path: location };
}

/** The preview once it has decided about all rows, which a page does for a part of a second. */
export async function counted(visitor: Visitor, path: string): Promise<Page> {
  for (;;) {
    const page = await visitor.get(path);
    if (!page.text.includes(`hx-get="${path}"`)) {
      return page;
    }
  }
}

/** Presses the button of a preview. */
export async function applyIt(visitor: Visitor, { path }: ShownPreview): Promise<Page> {
  return await visitor.post(`${path}/application`, {});
}
