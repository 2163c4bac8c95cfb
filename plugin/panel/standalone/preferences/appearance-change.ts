import type { Changing } from '../../../changes/changes.js';
import type { Agreed, Decision } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Account } from '../../directory/account.js';
import type { AccountStore } from '../../directory/account-store.js';
import type { AppearanceForm } from './forms.js';

interface Change {
  readonly id: number;
  readonly form: AppearanceForm;
}

/** Changes the language and the theme of the viewer's own account, without an audit entry. */
export class AppearanceChange implements Verb<Account, AppearanceForm, Change, void> {
  readonly #accounts: AccountStore;

  constructor({ accounts }: { readonly accounts: AccountStore }) {
    this.#accounts = accounts;
  }

  decide(_viewer: Viewer, { id, ...now }: Account, form: AppearanceForm): Decision<Change> {
    const { locale = now.locale ?? '', theme = now.theme } = form;
    const isSo = locale === (now.locale ?? '') && theme === now.theme;
    return { kind: isSo ? 'already-so' : 'will-change', change: { id, form } };
  }

  async write({ tx }: Changing, { kind, change: { id, form } }: Agreed<Change>): Promise<void> {
    const { locale, theme } = form;
    if (kind === 'will-change') {
      await this.#accounts.setAppearance(tx, id, {
        ...(locale === undefined ? {} : { locale: locale === '' ? null : locale }),
        ...(theme === undefined ? {} : { theme }),
      });
    }
  }
}
