import type { Database } from '../../database/database.js';
import type { Preview } from '../../previews/preview.js';
import type { Language } from '../../web/locale.js';

/** What becomes of aliases, as the preview's changes name it. */
const fields = ['cutAliases', 'onlyAliases', 'alsoAliases'] as const;

const mostNamed = 3;

/** What becomes of aliases once all rows of a preview are changed, in a sentence for each kind. */
export async function effectsOnAliases(
  { knex }: Database,
  { id }: Preview,
  { t, list }: Language,
): Promise<readonly string[]> {
  const changes: readonly string[] = await knex('preview_classes')
    .where({ preview_id: id, kind: 'will-change' })
    .whereNotNull('after')
    .pluck('after');
  return fields.flatMap((field) => {
    const all = new Set(changes.flatMap((after) => namesIn(after, field)));
    const names = [...all].toSorted().slice(0, mostNamed);
    const others = all.size - names.length;
    const shown =
      others > 0
        ? t('domain-mail.unreceived.and-more', { names: names.join(', '), count: others })
        : list(names);
    return all.size === 0
      ? []
      : [t(`mailboxes.effects.${field}`, { count: all.size, names: shown })];
  });
}

function namesIn(after: string, field: string): readonly string[] {
  const changed: Readonly<Record<string, unknown>> = JSON.parse(after);
  const names = changed[field];
  return typeof names === 'string' ? names.split(', ') : [];
}
