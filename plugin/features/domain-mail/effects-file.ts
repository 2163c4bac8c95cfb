import type { Database } from '../../database/database.js';
import { NotFoundError } from '../../errors.js';
import { type Lines, sendLines } from '../../exports/send-lines.js';
import type { PreviewFile } from '../../previews/action.js';
import { type Preview, previewPath } from '../../previews/preview.js';
import type { Previews } from '../../previews/previews.js';
import type { Viewer } from '../../viewing/viewer.js';
import { idIn } from '../../web/ids.js';
import { languageOf } from '../../web/pages.js';
import type { Language } from '../../web/locale.js';
import type { RouteTable } from '../../web/route-table.js';
import { effectsAfter, namesAfter } from './rows-effects.js';

interface Parts {
  readonly db: Database;
  readonly previews: Previews;
}

/** The file with all names, if the sentences leave some out. */
export async function effectsFiles(
  db: Database,
  viewer: Viewer,
  preview: Preview,
): Promise<readonly PreviewFile[]> {
  const effects = Object.values(await effectsAfter(db, viewer, preview));
  const count = effects.reduce((sum, each) => sum + each.count, 0);
  const isWhole = effects.every(({ names, count: all }) => names.length === all);
  const path = `${previewPath(preview.id)}/effects`;
  return isWhole ? [] : [{ texts: 'domain-mail.effects.file', path, count, isOnce: false }];
}

/** All names, within the viewer's scope of now. */
export function addEffectsRoute(routes: RouteTable, { db, previews }: Parts): void {
  routes.getFile('/previews/:id/effects', 'signed-in', async (req, res) => {
    const preview = await previews.find(req.viewer, idIn(req));
    if ((await previews.offered.actionOf(preview))?.action.thing !== 'domain-mail') {
      throw new NotFoundError();
    }
    const language = languageOf(req);
    const lines = linesOf(namesAfter(db, req.viewer, preview), language);
    await sendLines(req, res, language.t('domain-mail.effects.file.name'), lines);
  });
}

async function* linesOf(names: ReturnType<typeof namesAfter>, { t }: Language): Lines {
  yield [['kind', 'name'].map((column) => t(`domain-mail.effects.columns.${column}`))];
  for await (const some of names) {
    yield some.map(([kind, name]) => [t(`domain-mail.effects.kinds.${kind}`), name]);
  }
}
