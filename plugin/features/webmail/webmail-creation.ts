import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refusedAt, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { foldText } from '../../database/fold-text.js';
import type { FieldError } from '../../errors.js';
import type { Webmail } from '../../panel/directory/webmail.js';
import type { WebmailStore } from '../../panel/directory/webmail-store.js';
import type { Picture } from '../../pictures/picture.js';
import type { Viewer } from '../../viewing/viewer.js';
import { auditFields } from './audit-fields.js';
import { recordDisplaced } from './displaced-default.js';
import type { WebmailForm } from './forms.js';
import type { WebmailPictures } from './picture-store.js';

interface Subject {
  readonly all: readonly Webmail[];
  /** A free one. */
  readonly key: string;
}

export interface WantedWebmail {
  readonly form: WebmailForm;
  readonly picture: Picture | undefined;
}

interface NewWebmail extends WantedWebmail {
  readonly key: string;
  readonly displaced: Webmail | undefined;
}

export interface WebmailStores {
  readonly store: WebmailStore;
  readonly pictures: WebmailPictures;
}

/** Adds webmail applications. */
export class WebmailCreation implements Verb<Subject, WantedWebmail, NewWebmail, Webmail> {
  readonly #stores: WebmailStores;

  constructor(stores: WebmailStores) {
    this.#stores = stores;
  }

  async read(tx: Knex.Transaction, { name }: WebmailForm): Promise<Subject> {
    const all = await this.#stores.store.hold(tx);
    const isFree = async (key: string): Promise<boolean> =>
      all.every((each) => each.key !== key) && !(await this.#stores.store.isHeld(tx, key));
    const base = keyOf(name);
    let key = base;
    for (let number = 2; !(await isFree(key)); number += 1) {
      key = `${base}-${number}`;
    }
    return { all, key };
  }

  decide(
    _viewer: Viewer,
    { all, key }: Subject,
    { form, picture }: WantedWebmail,
  ): Decision<NewWebmail> {
    const displaced = form.isDefault ? all.find(({ isDefault }) => isDefault) : undefined;
    return (
      refusedAt({ name: nameRefusal(form, all) }) ?? willChange({ form, picture, key, displaced })
    );
  }

  async write(changing: Changing, { change }: Agreed<NewWebmail>): Promise<Webmail> {
    const { form, picture, key, displaced } = change;
    const { tx, record } = changing;
    const { store, pictures } = this.#stores;
    const { name, icon, isDefault } = form;
    const fields = { key, name, icon, address: form.address.toString() };
    await recordDisplaced(changing, store, displaced);
    const id = await store.insert(tx, { ...fields, isDefault });
    if (picture !== undefined) {
      await pictures.put(tx, id, picture);
    }
    const after = auditFields({ ...fields, isDefault });
    await record({ action: 'webmail.created', subject: name, after: { id, ...after } });
    return { ...fields, id, isDefault, version: 1 };
  }
}

/** Why it cannot have its name, if so: names that differ only in case or accents look the same. */
export function nameRefusal(
  { name }: Pick<WebmailForm, 'name'>,
  all: readonly Webmail[],
  ownId?: number,
): FieldError | undefined {
  return all.some((each) => each.id !== ownId && foldText(each.name) === foldText(name))
    ? { key: 'webmail.errors.taken' }
    : undefined;
}

const longestKey = 30;
/** What the command line calls no webmail at all. */
const reserved = 'none';

function keyOf(name: string): string {
  const key = foldText(name)
    .replaceAll(/[^a-z\d]+/g, '-')
    .slice(0, longestKey)
    .replaceAll(/^-+|-+$/g, '');
  return key === '' || key === reserved ? 'webmail' : key;
}
