import type { Knex } from 'knex';
import { type ChangedFields, changedFields, isChange } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, refusedAt } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { ConflictError, NotFoundError } from '../../errors.js';
import type { Webmail } from '../../panel/directory/webmail.js';
import type { Viewer } from '../../viewing/viewer.js';
import { auditFields } from './audit-fields.js';
import { recordDisplaced } from './displaced-default.js';
import type { WebmailForm } from './forms.js';
import { type WantedWebmail, type WebmailStores, nameRefusal } from './webmail-creation.js';

interface Subject {
  readonly before: Webmail;
  readonly all: readonly Webmail[];
}

interface Change extends WantedWebmail {
  readonly before: Webmail;
  readonly after: Webmail;
  readonly changed: ChangedFields;
  readonly displaced: Webmail | undefined;
}

/** Changes webmail applications. */
export class WebmailChange implements Verb<Subject, WantedWebmail, Change, Webmail> {
  readonly #stores: WebmailStores;

  constructor(stores: WebmailStores) {
    this.#stores = stores;
  }

  /** @throws {NotFoundError} */
  async read(tx: Knex.Transaction, id: number): Promise<Subject> {
    const all = await this.#stores.store.hold(tx);
    const before = all.find((each) => each.id === id);
    if (before === undefined) {
      throw new NotFoundError();
    }
    return { all, before };
  }

  decide(
    _viewer: Viewer,
    { before, all }: Subject,
    { form, picture }: WantedWebmail,
  ): Decision<Change> {
    const refusal = refusedAt({ name: nameRefusal(form, all, before.id) });
    if (refusal !== undefined) {
      return refusal;
    }
    if (before.version !== form.version) {
      const { name } = before;
      return refused(new ConflictError('webmail.errors.changed-meanwhile', { name }));
    }
    const wanted = wantedOf(before, form);
    const changed = changedFields(auditFields(before), auditFields(wanted));
    const after = { ...wanted, version: before.version + Number(isChange(changed)) };
    const isNewDefault = form.isDefault && !before.isDefault;
    const displaced = isNewDefault ? all.find(({ isDefault }) => isDefault) : undefined;
    return {
      kind:
        isChange(changed) || picture !== undefined || form.removePicture
          ? 'will-change'
          : 'already-so',
      change: { before, after, changed, displaced, form, picture },
    };
  }

  async write(changing: Changing, { change }: Agreed<Change>): Promise<Webmail> {
    const { before, after, changed, displaced } = change;
    const { id, version } = before;
    const { tx, record } = changing;
    await recordDisplaced(changing, this.#stores.store, displaced);
    if (isChange(changed)) {
      await this.#stores.store.replace(tx, { id, version, next: after.version }, after);
      await record({
        action: 'webmail.changed',
        subject: after.name,
        before: changed.before,
        after: { id, ...changed.after, version: after.version },
      });
    }
    await this.#changePicture(changing, change);
    return after;
  }

  async #changePicture({ tx, record }: Changing, { after, form, picture }: Change): Promise<void> {
    const { id, name } = after;
    const { pictures } = this.#stores;
    if (picture !== undefined) {
      await pictures.put(tx, id, picture);
    } else if (!form.removePicture || !(await pictures.remove(tx, id))) {
      return;
    }
    await record({ action: 'webmail.picture-changed', subject: name, after: { id } });
  }
}

function wantedOf(before: Webmail, { name, address, icon, isDefault }: WebmailForm): Webmail {
  return { ...before, name, address: address.toString(), icon, isDefault };
}
