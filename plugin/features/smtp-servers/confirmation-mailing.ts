import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { NotFoundError } from '../../errors.js';
import type { Failure } from '../../sending/outcomes.js';
import type { Viewer } from '../../viewing/viewer.js';
import { about } from './audit.js';
import { type LinkRow, linksIn } from './confirmation-links.js';
import type { SmtpServer } from './smtp-server.js';
import type { SmtpServerStore } from './store.js';

interface Subject {
  /** Undefined when the server has been removed. */
  readonly server: SmtpServer | undefined;
  /** Undefined when the server has changed while the mail was sent. */
  readonly link: LinkRow | undefined;
}

/** Why the mail could not be sent; undefined when it was. */
type Outcome = Failure | undefined;

interface Change {
  readonly server: SmtpServer;
  readonly link: LinkRow;
  readonly outcome: Outcome;
}

/** Makes the result of mailing a link the server's confirmation. The latest link that was sent is the valid one. */
export class ConfirmationMailing implements Verb<Subject, Outcome, Change, void> {
  readonly #store: SmtpServerStore;

  constructor(store: SmtpServerStore) {
    this.#store = store;
  }

  async read(
    tx: Knex.Transaction,
    { scope }: Viewer,
    { server_id, token_hash }: Pick<LinkRow, 'server_id' | 'token_hash'>,
  ): Promise<Subject> {
    const server = await this.#store.held(tx, scope, server_id);
    return { server, link: await linksIn(tx).where({ token_hash }).first() };
  }

  decide(_viewer: Viewer, { server, link }: Subject, outcome: Outcome): Decision<Change> {
    return server === undefined || link === undefined
      ? refused(new NotFoundError())
      : willChange({ server, link, outcome });
  }

  async write({ tx, record }: Changing, { change }: Agreed<Change>): Promise<void> {
    const { server, link, outcome } = change;
    const { id, address } = server;
    const { token_hash } = link;
    const isSent = outcome === undefined;
    const links = linksIn(tx).where({ server_id: id });
    await (isSent ? links.whereNot({ token_hash }) : links.where({ token_hash })).delete();
    if (server.confirmation.state !== 'confirmed') {
      const state = isSent ? 'sent' : 'failed';
      await this.#store.setConfirmation(tx, id, { state, at: Date.now(), outcome });
    }
    await record({
      ...about(server),
      action: isSent ? 'smtp-server.confirmation-sent' : 'smtp-server.confirmation-failed',
      after: { id, address, ...(!isSent && { outcome }) },
    });
  }
}
