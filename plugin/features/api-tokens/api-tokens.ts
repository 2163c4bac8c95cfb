import { randomBytes } from 'node:crypto';
import { digest } from '../../secrets/digest.js';
import type { Changes } from '../../changes/changes.js';
import { holdAccount } from '../../database/locks.js';
import { ForbiddenError, NotFoundError, UnauthorizedError } from '../../errors.js';
import { resellerOf } from '../../panel/directory/account.js';
import type { AccountStore } from '../../panel/directory/account-store.js';
import type { Panel } from '../../panel/panel.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { Logger } from '../../web/log.js';
import { networkOf } from '../../web/network.js';
import type { RateLimits } from '../../web/rate-limits.js';
import { type ApiToken, grants } from './api-token.js';
import type { TokenForm } from './forms.js';
import type { ApiTokenStore } from './store.js';
import { TokenCreation } from './token-creation.js';
import type { TokenOwner } from './token-owner.js';
import { TokenRevocation } from './token-revocation.js';

const useIsNewsAfterMs = 60_000;
const wrongTokens = { name: 'api-token', most: 100, windowMs: 15 * 60 * 1000 };

interface ApiTokensParts {
  readonly changes: Changes;
  readonly store: ApiTokenStore;
  readonly accounts: AccountStore;
  readonly panel: Pick<Panel, 'viewerOf'>;
  readonly limits: RateLimits;
  readonly log: Logger;
}

/** The tokens that authenticate an account's programs. */
export class ApiTokens {
  readonly #parts: ApiTokensParts;
  readonly creation: TokenCreation;
  readonly revocation: TokenRevocation;

  constructor(parts: ApiTokensParts) {
    this.#parts = parts;
    this.creation = new TokenCreation(parts.store);
    this.revocation = new TokenRevocation(parts.store);
  }

  /**
   * @returns the token, which is shown only once: the database has its digest.
   * @throws {InvalidInputError}
   */
  async create(viewer: Viewer, form: TokenForm): Promise<string> {
    const token = `relais_${randomBytes(32).toString('base64url')}`;
    const owner = await this.#ownerOf(viewer);
    await this.#parts.changes.carryOut(
      viewer,
      this.creation,
      async (tx) => {
        await holdAccount(tx, owner.ownerId);
        return { owner, count: await this.#parts.store.count(tx, owner.ownerId) };
      },
      { ...form, hash: digest(token) },
    );
    return token;
  }

  /** @throws {NotFoundError} */
  async find(viewer: Viewer, id: number): Promise<ApiToken> {
    return required(await this.#parts.store.find(viewer.accountId, id));
  }

  /** Invalidates the token. @throws {NotFoundError} */
  async revoke(viewer: Viewer, id: number): Promise<void> {
    const owner = await this.#ownerOf(viewer);
    await this.#parts.changes.carryOut(
      viewer,
      this.revocation,
      async (tx) => ({ owner, token: await this.#parts.store.find(owner.ownerId, id, tx) }),
      undefined,
    );
  }

  /** Where a message to the owner of the viewer's tokens arrives. @throws {NotFoundError} */
  async readerOf({ accountId }: Viewer): Promise<string> {
    const known = await this.#parts.accounts.knownById(accountId);
    if (known === undefined) {
      throw new NotFoundError();
    }
    return known.account.email;
  }

  /**
   * The viewer of a token: its account, restricted to the token's permissions.
   *
   * @throws {ForbiddenError} when the account's plan does not include the API.
   * @throws {UnauthorizedError} without telling whether the token or the account is the reason.
   * @throws {TooManyRequestsError} after many wrong ones from one network; valid ones still pass.
   */
  async viewer(token: string, ip: string): Promise<Viewer> {
    const found = await this.#parts.store.findByHash(digest(token));
    const viewer =
      found && (await this.#parts.panel.viewerOf({ accountId: found.ownerId, origin: ip }));
    if (found === undefined || viewer === undefined) {
      await this.#parts.limits.use(wrongTokens, networkOf(ip));
      throw new UnauthorizedError('errors.token-unknown');
    }
    if (!viewer.permissions.has('api-tokens.manage')) {
      throw new ForbiddenError('api-tokens.errors.not-in-plan');
    }
    await this.#noteUse(found);
    const { scopes } = found;
    const permissions = [...viewer.permissions].filter((each) => grants(scopes, each));
    return { ...viewer, permissions: new Set(permissions) };
  }

  async #ownerOf({ accountId }: Viewer): Promise<TokenOwner> {
    const known = await this.#parts.accounts.knownById(accountId);
    return { ownerId: accountId, resellerId: known && resellerOf(known.account) };
  }

  /** A valid token works whether or not its use can be recorded. */
  async #noteUse({ id, lastUsedAt = 0 }: ApiToken): Promise<void> {
    const now = Date.now();
    if (now - lastUsedAt <= useIsNewsAfterMs) {
      return;
    }
    try {
      await this.#parts.store.setUsed(id, now);
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'could not record the use of a token');
    }
  }
}

function required(token: ApiToken | undefined): ApiToken {
  if (token === undefined) {
    throw new NotFoundError();
  }
  return token;
}
