import type { Knex } from 'knex';
import { type ChangedFields, changedFields } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import {
  type Agreed,
  type Decision,
  type Refused,
  deciding,
  refused,
  refusedAt,
} from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { chosenServer } from '../../panel-mail/way.js';
import type { OutgoingPolicy } from '../../sending/outgoing-policy.js';
import { ConflictError, NotFoundError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import { about, recordChange } from './audit.js';
import { auditFields } from './audit-fields.js';
import type { ServerForm } from './forms.js';
import type { Logo } from './logo.js';
import type { LogoStore } from './logo-store.js';
import { relayRefusal } from './relay-refusal.js';
import { type ServerUse, assertMayWait } from './relay-use.js';
import { secretOrErrors } from './secret.js';
import { type ServerRules, fieldRefusals } from './server-rules.js';
import { holdServices } from './services.js';
import {
  type ServerSecret,
  type SmtpServer,
  type Unconfirmed,
  unconfirmedBy,
} from './smtp-server.js';
import type { SmtpServerStore } from './store.js';

export interface ServerSubject extends ServerRules, ServerUse {
  readonly before: SmtpServer;
  /** Its stored secret. */
  readonly kept: ServerSecret;
  readonly policy: OutgoingPolicy;
}

interface Wanted {
  readonly form: ServerForm;
  readonly logo: Logo | undefined;
}

export interface ServerChanged extends Wanted {
  readonly before: SmtpServer;
  readonly secret: ServerSecret;
  readonly changed: ChangedFields;
  /** The new version. */
  readonly version: number;
}

interface ServerChangeParts {
  readonly store: SmtpServerStore;
  readonly logos: LogoStore;
}

/** Changes SMTP servers. */
export class ServerChange implements Verb<
  ServerSubject,
  Wanted,
  ServerChanged,
  Unconfirmed | undefined
> {
  readonly #parts: ServerChangeParts;

  constructor(parts: ServerChangeParts) {
    this.#parts = parts;
  }

  /** @throws {NotFoundError} */
  async read(
    tx: Knex,
    { scope }: Viewer,
    id: number,
    {
      form,
      ...rules
    }: Pick<ServerSubject, 'ports' | 'policy' | 'isInternal'> & Pick<Wanted, 'form'>,
  ): Promise<ServerSubject> {
    const before = await this.#parts.store.held(tx, scope, id);
    if (before === undefined) {
      throw new NotFoundError();
    }
    return {
      ...rules,
      before,
      hasServices: await holdServices(tx, form.fields.services),
      kept: await this.#parts.store.secrets.kept(tx, id),
      domains: await this.#parts.store.relayedDomains(tx, id),
      isPanels: (await chosenServer(tx)) === id,
    };
  }

  decide(_viewer: Viewer, subject: ServerSubject, { form, logo }: Wanted): Decision<ServerChanged> {
    const { before, kept, policy } = subject;
    return deciding(() => {
      const { secret, errors } = secretOrErrors(form, before, kept);
      const refusal =
        refusedAt({
          // What somebody else changed comes before what must be typed again because of it.
          ...(before.version === form.version && errors),
          ...fieldRefusals(form.fields, subject, before),
        }) ?? versionRefusal(before, form);
      if (refusal !== undefined || secret === undefined) {
        return refusal ?? refused(new NotFoundError());
      }
      assertMayWait(subject, { before, form }, (server) => relayRefusal(server, policy));
      const changed = changedFields(auditFields(before), auditFields(form.fields));
      const isNewer = [changed.after, form.secret].some((each) => Object.keys(each).length > 0);
      const version = before.version + Number(isNewer);
      const isChange = isNewer || logo !== undefined || form.removeLogo;
      return {
        kind: isChange ? 'will-change' : 'already-so',
        change: { before, form, logo, secret, changed, version },
      };
    });
  }

  /**
   * @returns why it must be confirmed again; undefined if the change does not affect the confirmation, or there was
   * none.
   */
  async write(
    changing: Changing,
    { change }: Agreed<ServerChanged>,
  ): Promise<Unconfirmed | undefined> {
    const { before, form, secret, version } = change;
    const { tx } = changing;
    const { id } = before;
    await this.#parts.store.replace(tx, { id, version }, form.fields, secret);
    const unconfirmed = unconfirmedBy(before, form.fields);
    if (unconfirmed !== undefined) {
      await this.#parts.store.unconfirm(tx, id);
    }
    await recordChange(changing, before, change);
    await this.#changeLogo(changing, change);
    await changing.touch(await this.#parts.store.relayedDomainIds(tx, id));
    return before.confirmation.state === 'confirmed' ? unconfirmed : undefined;
  }

  async #changeLogo(
    { tx, record }: Changing,
    { before, form, logo }: ServerChanged,
  ): Promise<void> {
    const { id } = before;
    if (logo !== undefined) {
      await this.#parts.logos.put(tx, id, logo);
    } else if (!form.removeLogo || !(await this.#parts.logos.remove(tx, id))) {
      return;
    }
    await record({ ...about(before), action: 'smtp-server.logo-changed', after: { id } });
  }
}

function versionRefusal({ version, title }: SmtpServer, form: ServerForm): Refused | undefined {
  return version === form.version
    ? undefined
    : refused(new ConflictError('smtp-servers.errors.changed-meanwhile', { title }));
}
