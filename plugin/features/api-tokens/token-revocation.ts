import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { NotFoundError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { ApiToken } from './api-token.js';
import type { ApiTokenStore } from './store.js';
import type { TokenOwner } from './token-owner.js';

interface Subject {
  readonly owner: TokenOwner;
  readonly token: ApiToken | undefined;
}

interface Change {
  readonly owner: TokenOwner;
  readonly token: ApiToken;
}

/** Revokes tokens. */
export class TokenRevocation implements Verb<Subject, undefined, Change, void> {
  readonly #store: ApiTokenStore;

  constructor(store: ApiTokenStore) {
    this.#store = store;
  }

  decide(_viewer: Viewer, { owner, token }: Subject): Decision<Change> {
    return token === undefined ? refused(new NotFoundError()) : willChange({ owner, token });
  }

  /** @throws {NotFoundError} when somebody else has revoked it. */
  async write({ tx, record }: Changing, { change }: Agreed<Change>): Promise<void> {
    const { id, title, scopes } = change.token;
    if (!(await this.#store.remove(tx, id))) {
      throw new NotFoundError();
    }
    await record({
      action: 'api-token.revoked',
      subject: title,
      ...change.owner,
      before: { title, scopes },
    });
  }
}
