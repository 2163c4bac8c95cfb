import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused } from '../../changes/decision.js';
import type { Asked, RowsVerb } from '../../changes/verb.js';
import { ConflictError } from '../../errors.js';
import type { RowsAction } from '../../tables/actions/action.js';
import type { Viewer } from '../../viewing/viewer.js';
import { removalOf } from './audit.js';
import type { SmtpServer } from './smtp-server.js';
import type { SmtpServerStore } from './store.js';
import { mostNamed, namesOfSome } from '../../web/some-of.js';

interface RemovedServer {
  readonly server: SmtpServer;
  /** Domains that use it as their relay: those that are named, and one more if there is. */
  readonly domains: readonly string[];
}

/** Removes SMTP servers that are no domain's relay. */
export class ServerRemoval implements RowsVerb<RemovedServer, undefined, SmtpServer, SmtpServer> {
  readonly #store: SmtpServerStore;

  constructor(store: SmtpServerStore) {
    this.#store = store;
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    { viewer: { scope } }: Asked<undefined>,
    ids: readonly number[],
  ): Promise<readonly RemovedServer[]> {
    const servers = await this.#store.among(db, scope, ids);
    const domains = await this.#store.relayedDomainsAmong(db, ids, mostNamed + 1);
    return servers.map((server) => ({ server, domains: domains.get(server.id) ?? [] }));
  }

  decide(_viewer: Viewer, { server, domains }: RemovedServer): Decision<SmtpServer> {
    return domains.length === 0
      ? { kind: 'will-change', change: server }
      : refused(
          new ConflictError('smtp-servers.errors.is-relay', {
            title: server.title,
            domains: namesOfSome(domains),
          }),
        );
  }

  async write(
    { tx, record }: Changing,
    { change: server }: Agreed<SmtpServer>,
  ): Promise<SmtpServer> {
    await this.#store.remove(tx, server.id);
    await record(removalOf(server));
    return server;
  }
}

/** The removal of selected servers. */
export function removalAction(
  verb: ServerRemoval,
): RowsAction<RemovedServer, undefined, SmtpServer, undefined> {
  return {
    key: 'remove',
    noun: 'removal',
    permission: 'smtp-servers.manage',
    icon: 'trash',
    isDestructive: true,
    verb,
    idOf: ({ server }) => server.id,
    nameOf: ({ server }) => server.title,
  };
}
