import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { NotFoundError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import { type LinkRow, linksIn } from './confirmation-links.js';
import type { SmtpServer } from './smtp-server.js';
import type { SmtpServerStore } from './store.js';

type Wanted = Pick<LinkRow, 'token_hash' | 'expires_at'>;

/** Stores a link before it is mailed. How mailing it ends is the change that the log records. */
export class ConfirmationRequest implements Verb<SmtpServer, Wanted, LinkRow, void> {
  readonly #store: SmtpServerStore;

  constructor(store: SmtpServerStore) {
    this.#store = store;
  }

  /** @throws {NotFoundError} */
  async read(tx: Knex.Transaction, { scope }: Viewer, id: number): Promise<SmtpServer> {
    const server = await this.#store.held(tx, scope, id);
    if (server === undefined) {
      throw new NotFoundError();
    }
    return server;
  }

  decide(_viewer: Viewer, { id }: SmtpServer, wanted: Wanted): Decision<LinkRow> {
    return willChange({ ...wanted, server_id: id });
  }

  async write({ tx }: Changing, { change: link }: Agreed<LinkRow>): Promise<void> {
    await linksIn(tx).insert(link);
  }
}
