import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Asked, RowsTogether, RowsVerb } from '../../changes/verb.js';
import { ConflictError, type FieldError } from '../../errors.js';
import { chosenServer } from '../../panel-mail/way.js';
import type { RowsAction } from '../../previews/action.js';
import type { Viewer } from '../../viewing/viewer.js';
import { removalOf } from './audit.js';
import { keepServers } from './kept.js';
import type { SmtpServer } from './smtp-server.js';
import type { SmtpServerStore } from './store.js';
import { mostNamed, namesOfSome } from '../../web/some-of.js';

interface RemovedServer {
  readonly server: SmtpServer;
  /** Domains that use it as their relay: those that are named, and one more if there is. */
  readonly domains: readonly string[];
  /** Whether mails of the panel leave through it. */
  readonly isPanels: boolean;
}

/** Removes SMTP servers that nothing leaves through. */
export class ServerRemoval implements RowsVerb<RemovedServer, undefined, SmtpServer, SmtpServer> {
  readonly together: RowsTogether<SmtpServer> = {
    isIndependent: () => true,
    write: (changing, decisions) =>
      this.#remove(
        changing,
        decisions.map(({ change }) => change),
      ),
  };
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
    const ofPanel = await chosenServer(db);
    return servers.map((server) => ({
      server,
      domains: domains.get(server.id) ?? [],
      isPanels: server.id === ofPanel,
    }));
  }

  decide(_viewer: Viewer, subject: RemovedServer): Decision<SmtpServer> {
    const refusal = removalRefusal(subject);
    return refusal === undefined
      ? willChange(subject.server)
      : refused(new ConflictError(refusal.key, refusal.args));
  }

  async write(changing: Changing, { change: server }: Agreed<SmtpServer>): Promise<SmtpServer> {
    await this.#remove(changing, [server]);
    return server;
  }

  async #remove(changing: Changing, servers: readonly SmtpServer[]): Promise<void> {
    await keepServers(changing, servers);
    await this.#store.remove(
      changing.tx,
      servers.map(({ id }) => id),
    );
    await changing.recordAll(servers.map(removalOf));
  }
}

/** Why a server cannot be removed, if so. */
export function removalRefusal({
  server: { title },
  domains,
  isPanels,
}: RemovedServer): FieldError | undefined {
  if (domains.length > 0) {
    const args = { title, domains: namesOfSome(domains) };
    return { key: 'smtp-servers.errors.is-relay', args };
  }
  return isPanels ? { key: 'smtp-servers.errors.is-panels', args: { title } } : undefined;
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
    thing: 'smtp-server',
    verb,
    idOf: ({ server }) => server.id,
    nameOf: ({ server }) => server.title,
    versionOf: ({ server }) => server.version,
  };
}
