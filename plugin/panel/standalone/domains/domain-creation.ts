import type { Knex } from 'knex';
import type { Changing } from '../../../changes/changes.js';
import {
  type Agreed,
  type Decision,
  refused,
  refusedAt,
  willChange,
} from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import { type FieldError, InvalidInputError } from '../../../errors.js';
import { reservedName } from '../../../removals/reserved.js';
import type { Scope } from '../../../viewing/scope.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { type Account, resellerOf } from '../../directory/account.js';
import { admitDomains } from '../../directory/admission.js';
import type { AccountStore } from '../../directory/account-store.js';
import type { DomainStore } from '../../directory/domain-store.js';
import type { AccountPicker } from '../../directory/pickables.js';
import type { PanelEvents } from '../../panel.js';
import type { NewDomainForm } from './forms.js';

interface Owner {
  readonly account: Account;
  readonly barred: boolean;
  /** Why it cannot have one more domain, if so. */
  readonly full?: FieldError | undefined;
}

/** The new domain's owner, or why the viewer cannot assign it. */
export type OwnerSubject = Owner | { readonly refusal: FieldError };

interface NewDomain {
  readonly form: NewDomainForm;
  readonly owner: Owner;
  /** Of whoever creates it. */
  readonly scope: Scope;
}

interface DomainCreationParts {
  readonly accounts: AccountStore;
  readonly owners: AccountPicker;
  readonly domains: DomainStore;
  readonly events: PanelEvents;
}

/** Adds domains, with mail on and mail for unknown recipients refused. */
export class DomainCreation implements Verb<OwnerSubject, NewDomainForm, NewDomain, void> {
  readonly #parts: DomainCreationParts;

  constructor(parts: DomainCreationParts) {
    this.#parts = parts;
  }

  /**
   * @param tx in a transaction, the owner is locked.
   * @param form `besides` is how many others the owner gets before.
   */
  async read(
    tx: Knex,
    viewer: Viewer,
    form: NewDomainForm & { readonly besides?: number },
  ): Promise<OwnerSubject> {
    if (form.owner === '' && viewer.role === 'administrator') {
      return { refusal: { key: 'errors.field.any.required' } };
    }
    const login = form.owner || viewer.login;
    const owner = await this.#parts.accounts.holdOwner(tx, viewer.scope, login);
    return owner === undefined
      ? { refusal: await this.#parts.owners.refusal(viewer.scope, login) }
      : {
          ...owner,
          full:
            (await admitDomains(tx, viewer, owner.account, 1 + (form.besides ?? 0))) ??
            (await reservedName(tx, viewer.scope, form.name.ascii)),
        };
  }

  decide({ scope }: Viewer, owner: OwnerSubject, form: NewDomainForm): Decision<NewDomain> {
    return 'refusal' in owner
      ? refused(new InvalidInputError({ owner: owner.refusal }))
      : (refusedAt({ name: owner.full }) ?? willChange({ form, owner, scope }));
  }

  async write(changing: Changing, { change }: Agreed<NewDomain>): Promise<void> {
    const { tx, record, touch } = changing;
    const { name, locale } = change.form;
    const { account, barred } = change.owner;
    const resellerId = resellerOf(account);
    const domainId = await this.#parts.domains.insert(tx, {
      name,
      owner: account,
      resellerId,
      locale,
      suspended: barred,
    });
    const refusal = await reservedName(tx, change.scope, name.ascii);
    if (refusal !== undefined) {
      throw new InvalidInputError({ name: refusal });
    }
    await record({
      action: 'domain.created',
      subject: name.ascii,
      ownerId: account.id,
      resellerId,
      domain: name.ascii,
      after: { owner: account.login, locale },
    });
    await touch([domainId]);
    await this.#parts.events.emit({ kind: 'domain-created', domainId }, changing);
  }
}
