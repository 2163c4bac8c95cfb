import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { NotFoundError } from '../../errors.js';
import type { Actor } from '../../viewing/actor.js';
import { about } from './audit.js';
import { type LinkRow, findLink, linksIn } from './confirmation-links.js';
import type { SmtpServer } from './smtp-server.js';
import type { SmtpServerStore } from './store.js';

interface Subject {
  /** Undefined when the server has been removed. */
  readonly server: SmtpServer | undefined;
  /** Undefined when the link was used or has expired, or the server has changed since. */
  readonly link: LinkRow | undefined;
}

interface Change {
  readonly server: SmtpServer;
  readonly link: LinkRow;
}

/** Confirms a server by the link that was mailed through it, which works once. */
export class ServerConfirmation implements Verb<Subject, undefined, Change, SmtpServer, Actor> {
  readonly #store: SmtpServerStore;

  constructor(store: SmtpServerStore) {
    this.#store = store;
  }

  async read(
    tx: Knex.Transaction,
    { id, token }: { readonly id: number; readonly token: string },
  ): Promise<Subject> {
    const server = await this.#store.held(tx, { kind: 'all' }, id);
    return { server, link: await findLink(tx, token).forUpdate().first() };
  }

  decide(_by: Actor, { server, link }: Subject): Decision<Change> {
    return server === undefined || link === undefined
      ? refused(new NotFoundError())
      : willChange({ server, link });
  }

  async write({ tx, record, touch }: Changing, { change }: Agreed<Change>): Promise<SmtpServer> {
    const { server, link } = change;
    const { id, address } = server;
    await linksIn(tx).where({ token_hash: link.token_hash }).delete();
    const at = Date.now();
    await this.#store.setConfirmation(tx, id, { state: 'confirmed', at, outcome: undefined });
    await record({ ...about(server), action: 'smtp-server.confirmed', after: { id, address } });
    await touch(await this.#store.relayedDomainIds(tx, id));
    return server;
  }
}
