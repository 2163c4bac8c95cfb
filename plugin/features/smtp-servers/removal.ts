import { refused } from '../../changes/decision.js';
import { ConflictError } from '../../errors.js';
import type { RowsAction } from '../../tables/actions/action.js';
import { removalOf } from './audit.js';
import type { SmtpServer } from './smtp-server.js';
import type { SmtpServerStore } from './store.js';
import { mostNamed, someOf } from './some-of.js';

interface RemovedServer {
  readonly server: SmtpServer;
  /** Domains that use it as their relay: those that are named, and one more if there is. */
  readonly domains: readonly string[];
}

export type ServerRemoval = RowsAction<RemovedServer, SmtpServer>;

/** Removes SMTP servers that are no domain's relay. */
export function serverRemoval(store: SmtpServerStore): ServerRemoval {
  return {
    key: 'remove',
    noun: 'removal',
    permission: 'smtp-servers.manage',
    icon: 'trash',
    isDestructive: true,
    async read(db, { scope }, ids) {
      const servers = await store.among(db, scope, ids);
      const domains = await store.relayedDomainsAmong(db, ids, mostNamed + 1);
      return servers.map((server) => ({ server, domains: domains.get(server.id) ?? [] }));
    },
    idOf: ({ server }) => server.id,
    nameOf: ({ server }) => server.title,
    decide: (_viewer, { server, domains }) =>
      domains.length === 0
        ? { kind: 'will-change', change: server }
        : refused(
            new ConflictError('smtp-servers.errors.is-relay', {
              title: server.title,
              domains: someOf(domains),
            }),
          ),
    async write({ tx, record }, { change: server }) {
      await store.remove(tx, server.id);
      await record(removalOf(server));
    },
  };
}
