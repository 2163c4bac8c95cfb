import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import {
  type Agreed,
  type Decision,
  refused,
  refusedAt,
  willChange,
} from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { type FieldError, NotFoundError } from '../../errors.js';
import { type Account, resellerOf } from '../../panel/directory/account.js';
import type { AccountStore } from '../../panel/directory/account-store.js';
import type { Viewer } from '../../viewing/viewer.js';
import { auditFields } from './audit-fields.js';
import type { ServerForm } from './forms.js';
import type { Logo } from './logo.js';
import type { LogoStore } from './logo-store.js';
import { secretOrErrors } from './secret.js';
import { type ServerRules, fieldRefusals } from './server-rules.js';
import { holdServices } from './services.js';
import type { ServerSecret } from './smtp-server.js';
import type { SmtpServerStore } from './store.js';

interface Place extends ServerRules {
  /** The owner; undefined if the viewer knows no such account. */
  readonly owner: Account | undefined;
  /** The owner's number of servers, and its limit. */
  readonly count: number;
  readonly most: number | undefined;
}

interface Wanted {
  readonly form: ServerForm;
  readonly logo: Logo | undefined;
}

interface Change extends Wanted {
  readonly owner: Account;
  readonly secret: ServerSecret;
}

interface ServerCreationParts {
  readonly accounts: AccountStore;
  readonly store: SmtpServerStore;
  readonly logos: LogoStore;
}

/** Adds SMTP servers. */
export class ServerCreation implements Verb<Place, Wanted, Change, number> {
  readonly #parts: ServerCreationParts;

  constructor(parts: ServerCreationParts) {
    this.#parts = parts;
  }

  /** @param login of the owner. */
  async read(
    tx: Knex.Transaction,
    { scope }: Viewer,
    login: string,
    { form, ...rules }: { readonly form: ServerForm } & Omit<ServerRules, 'hasServices'>,
  ): Promise<Place> {
    const held = await this.#parts.accounts.holdOwner(tx, scope, login);
    if (held === undefined) {
      return { ...rules, owner: undefined, count: 0, most: undefined, hasServices: true };
    }
    const { account } = held;
    return {
      owner: account,
      hasServices: await holdServices(tx, form.fields.services),
      most: (await this.#parts.accounts.limitsOf(tx, account)).maxSmtpServers,
      count: await this.#parts.store.count(tx, account.id),
      ...rules,
    };
  }

  decide(_viewer: Viewer, place: Place, { form, logo }: Wanted): Decision<Change> {
    const { owner } = place;
    const { secret, errors } = secretOrErrors(form, undefined, {});
    const refusal = refusedAt({
      ...errors,
      ...fieldRefusals(form.fields, place),
      owner: owner === undefined ? { key: 'smtp-servers.errors.no-owner' } : undefined,
      title: countRefusal(place),
    });
    return refusal === undefined && owner !== undefined && secret !== undefined
      ? willChange({ form, logo, owner, secret })
      : (refusal ?? refused(new NotFoundError()));
  }

  /** @returns the server's id. */
  async write({ tx, record }: Changing, { change }: Agreed<Change>): Promise<number> {
    const { owner, secret, logo } = change;
    const { fields } = change.form;
    const resellerId = resellerOf(owner);
    const id = await this.#parts.store.insert(tx, { id: owner.id, resellerId }, fields, secret);
    if (logo !== undefined) {
      await this.#parts.logos.put(tx, id, logo);
    }
    await record({
      action: 'smtp-server.created',
      subject: fields.title,
      ownerId: owner.id,
      resellerId,
      after: { id, ...auditFields(fields) },
    });
    return id;
  }
}

export function countRefusal({
  count,
  most,
}: Pick<Place, 'count' | 'most'>): FieldError | undefined {
  return most === undefined || count < most
    ? undefined
    : { key: 'smtp-servers.errors.plan-full', args: { count: most } };
}
