import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refusedAt, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import type { Viewer } from '../../viewing/viewer.js';
import { mostTokens } from './api-token.js';
import type { TokenForm } from './forms.js';
import type { ApiTokenStore } from './store.js';
import type { TokenOwner } from './token-owner.js';

interface Subject {
  readonly owner: TokenOwner;
  /** How many tokens the account has. */
  readonly count: number;
}

interface NewToken extends TokenForm {
  /** The digest of the token. */
  readonly hash: string;
}

type Change = NewToken & Pick<Subject, 'owner'>;

/** Creates an account's tokens. */
export class TokenCreation implements Verb<Subject, NewToken, Change, void> {
  readonly #store: ApiTokenStore;

  constructor(store: ApiTokenStore) {
    this.#store = store;
  }

  decide(_viewer: Viewer, { owner, count }: Subject, wanted: NewToken): Decision<Change> {
    const title =
      count >= mostTokens
        ? { key: 'api-tokens.errors.too-many', args: { count: mostTokens } }
        : undefined;
    return refusedAt({ title }) ?? willChange({ ...wanted, owner });
  }

  async write({ tx, record }: Changing, { change }: Agreed<Change>): Promise<void> {
    const { owner, title, scopes, hash } = change;
    await this.#store.insert(tx, { ownerId: owner.ownerId, title, scopes, hash });
    await record({
      action: 'api-token.created',
      subject: title,
      ...owner,
      after: { title, scopes },
    });
  }
}
