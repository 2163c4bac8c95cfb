import { readable } from '../../addresses/index.js';
import { type RemovalRow, heldIn } from '../../removals/removal.js';
import type { Language } from '../../web/locale.js';

export function kindOf({ kind }: Pick<RemovalRow, 'kind'>, { t }: Language): string {
  return t(`removed.kinds.${kind}`);
}

export function actorOf(
  { actor, acting_as: name }: Pick<RemovalRow, 'actor' | 'acting_as'>,
  { t }: Language,
): string {
  return name === null ? actor : t('audit.acting', { actor, name });
}

/** What a removed thing held, in words. */
export function heldOf(row: Pick<RemovalRow, 'kind' | 'held'>, language: Language): string {
  const { fields, counts = {} } = heldIn(row);
  switch (row.kind) {
    case 'domain':
      return Object.entries(counts)
        .map(([kind, count]) => countOf(kind, count, language))
        .join(language.t('audit.between'));
    case 'mailbox':
      return mailboxOf(fields, language);
    case 'alias':
      return language.t('removed.held.alias', { targets: readable(String(fields['targets'])) });
    case 'smtp-server':
      return `${readable(String(fields['host']))}:${String(fields['port'])}`;
    default:
      return '';
  }
}

function countOf(kind: string, count: number, { t, number }: Language): string {
  return t(`removed.held.${kind}`, { count, shown: number(count) });
}

function mailboxOf(
  { displayName, quotaBytes }: ReturnType<typeof heldIn>['fields'],
  { t, bytes }: Language,
): string {
  const quota =
    Number(quotaBytes) === 0
      ? t('removed.held.no-quota')
      : t('removed.held.quota', { size: bytes(Number(quotaBytes)) });
  const name = String(displayName ?? '');
  return [...(name === '' ? [] : [name]), t('removed.held.mail'), quota].join(t('audit.between'));
}
