import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, willChange } from '../../changes/decision.js';
import type { Asked, RowsVerb } from '../../changes/verb.js';
import type { Webmail } from '../../panel/directory/webmail.js';
import type { WebmailStore } from '../../panel/directory/webmail-store.js';
import type { RowsAction } from '../../previews/action.js';
import type { Viewer } from '../../viewing/viewer.js';
import { mostNamed } from '../../web/some-of.js';
import { auditFields } from './audit-fields.js';

/** How many there are, and the names of the first of them. */
export interface Some {
  readonly count: number;
  readonly first: readonly string[];
}

/** An application with what refers to it. */
export interface RemovedWebmail {
  readonly webmail: Webmail;
  /** The names of domains that chose it. They keep their choice, which shows that there is no webmail. */
  readonly domains: Some;
  /** The plans that permit it, which no longer do. */
  readonly plans: readonly { readonly id: number; readonly name: string }[];
}

/** Removes webmail applications. */
export class WebmailRemoval implements RowsVerb<
  RemovedWebmail,
  undefined,
  RemovedWebmail,
  Webmail
> {
  readonly #store: WebmailStore;

  constructor(store: WebmailStore) {
    this.#store = store;
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    _asked: Asked<undefined>,
    ids: readonly number[],
  ): Promise<readonly RemovedWebmail[]> {
    const all = await this.#store.among(db, ids);
    return await Promise.all(
      all.map(async (webmail) => ({
        webmail,
        domains: await domainsWith(db, webmail.key),
        plans: await this.#store.plansWith(db, webmail.key),
      })),
    );
  }

  decide(_viewer: Viewer, subject: RemovedWebmail): Decision<RemovedWebmail> {
    return willChange(subject);
  }

  async write({ tx, record }: Changing, { change }: Agreed<RemovedWebmail>): Promise<Webmail> {
    const { webmail, domains, plans } = change;
    await this.#store.remove(tx, webmail);
    await record({
      action: 'webmail.removed',
      subject: webmail.name,
      before: { id: webmail.id, ...auditFields(webmail) },
      after: { domains: domains.count, plans: plans.map(({ name }) => name) },
    });
    return webmail;
  }
}

async function domainsWith(db: Knex, key: string): Promise<Some> {
  const chosen = db('domains').where({ webmail: key });
  const [row] = await chosen.clone().count<{ n: number | string }[]>('* as n');
  const first = await chosen
    .orderBy('sort_name')
    .limit(mostNamed)
    .select<{ name: string; utf8_name: string | null }[]>('name', 'utf8_name');
  return {
    count: Number(row?.n),
    first: first.map(({ name, utf8_name: readable }) => readable ?? name),
  };
}

/** The removal of selected applications. */
export function removalAction(
  verb: WebmailRemoval,
): RowsAction<RemovedWebmail, undefined, RemovedWebmail, undefined> {
  return {
    key: 'remove',
    noun: 'removal',
    permission: 'webmail.manage',
    icon: 'trash',
    isDestructive: true,
    thing: 'webmail',
    verb,
    idOf: ({ webmail }) => webmail.id,
    nameOf: ({ webmail }) => webmail.name,
    versionOf: ({ webmail }) => webmail.version,
  };
}
