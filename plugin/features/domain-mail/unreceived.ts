import type { Database } from '../../database/database.js';
import type { Owned } from '../../panel/directory/account-store.js';
import type { Surroundings } from '../../panel/directory/leading-into.js';
import type { Language } from '../../web/locale.js';
import { type Receiving, aliasesInto } from '../mailboxes/index.js';
import { forwardingInto } from './leading-into.js';

/** What receives no mail while a domain's mail service is off, by the key of its sentence. */
export type Unreceived = Readonly<Record<string, Owned>>;

/** With what other domains forward here. That reads every alias, so it is asked for only once mail is off. */
export async function unreceivedWithOthers(
  receiving: Receiving,
  around: Omit<Surroundings, 'db'> & { readonly db: Database },
): Promise<Unreceived> {
  const surroundings = { ...around, db: around.db.knex };
  const [otherAliases, otherDomains] = await Promise.all([
    aliasesInto(surroundings),
    forwardingInto(surroundings),
  ]);
  return { ...receiving, 'other-aliases': otherAliases, 'other-domains': otherDomains };
}

/** A sentence for each kind, with some names and how many more there are. */
export function unreceivedSentences(
  unreceived: Unreceived | Receiving,
  language: Language,
): readonly string[] {
  return Object.entries(unreceived)
    .filter(([, { count }]) => count > 0)
    .map(([kind, owned]) =>
      language.t(`domain-mail.unreceived.${kind}`, {
        count: owned.count,
        names: namesIn(owned, language),
      }),
    );
}

const mostNamed = 3;

function namesIn({ count, names }: Owned, { t, list }: Language): string {
  const shown = names.slice(0, mostNamed);
  return count > shown.length
    ? t('domain-mail.unreceived.and-more', {
        names: shown.join(', '),
        count: count - shown.length,
      })
    : list(shown);
}
