import type { Request, RequestHandler } from 'express';
import type { Permission } from '../../manifest.js';
import { scopeOf, type Account } from '../directory/account.js';
import type { AccountStore, KnownAccount } from '../directory/account-store.js';
import type { Caller } from '../panel.js';
import { permissionsOf } from '../../viewing/permissions.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { ComeBack } from '../../web/kept/come-back.js';

interface SessionAccounts {
  readonly accountId: number | undefined;
  readonly actingAsId?: number | undefined;
  /** The client's IP address. */
  readonly origin: string;
}

/** Finds the viewer: the session's account, or the one it acts as. */
export class Viewers {
  readonly #accounts: AccountStore;
  readonly #declared: readonly Permission[];
  readonly #permissions = new Map<string, ReadonlySet<string>>();

  constructor(accounts: AccountStore, declared: readonly Permission[]) {
    this.#accounts = accounts;
    this.#declared = declared;
  }

  /** For pages that anybody may open. */
  async isSignedIn({ session: { accountId }, ip = '' }: Request): Promise<boolean> {
    return (await this.of({ accountId, origin: ip })) !== undefined;
  }

  /** Sets `req.viewer`, or redirects a visitor to the sign-in page. */
  readonly signedIn: RequestHandler = async (req, res, next) => {
    const { accountId, actingAsId } = req.session;
    const viewer = await this.of({ accountId, actingAsId, origin: req.ip ?? '' });
    if (viewer === undefined) {
      res.redirect(303, `${req.baseUrl}/sign-in${signInQuery(await req.comeBack())}`);
      return;
    }
    req.viewer = viewer;
    next();
  };

  /** A session's viewer; undefined if nobody has signed in, or the account no longer can. */
  async of(session: SessionAccounts): Promise<Viewer | undefined> {
    const { accountId, actingAsId, origin } = session;
    const actor = accountId === undefined ? undefined : await this.#accounts.knownById(accountId);
    if (actor === undefined || actor.barred) {
      return undefined;
    }
    const other = actingAsId === undefined ? undefined : await this.#accounts.knownById(actingAsId);
    const seen = other !== undefined && mayActAs(actor.account, other.account) ? other : actor;
    return this.#viewer(seen, { actor: actor.account, origin });
  }

  /** A caller's viewer; undefined if the actor can no longer sign in, or no longer act as the account. */
  async ofCaller({ accountId, actorId = accountId, origin }: Caller): Promise<Viewer | undefined> {
    const actingAsId = actorId === accountId ? undefined : accountId;
    const viewer = await this.of({ accountId: actorId, actingAsId, origin });
    return viewer?.accountId === accountId ? viewer : undefined;
  }

  #viewer(known: KnownAccount, by: { actor: Account; origin: string }): Viewer {
    const { account } = known;
    return {
      accountId: account.id,
      role: account.role,
      login: account.login,
      name: account.name,
      locale: by.actor.locale,
      theme: by.actor.theme,
      scope: scopeOf(account),
      permissions: this.#permissionsOf(known),
      mailboxId: account.mailboxId,
      actorId: by.actor.id,
      actor: by.actor.login,
      actingAs: by.actor.id === account.id ? undefined : account.login,
      origin: by.origin,
    };
  }

  /** Cached for each role and plan: computing them would cost more than the rest of the request's checks. */
  #permissionsOf({ account, planPermissions }: KnownAccount): ReadonlySet<string> {
    const key = `${account.role} ${planPermissions?.join(' ') ?? 'without a plan'}`;
    const known = this.#permissions.get(key);
    if (known !== undefined) {
      return known;
    }
    const permissions = permissionsOf(account.role, this.#declared, planPermissions);
    this.#permissions.set(key, permissions);
    return permissions;
  }
}

function signInQuery({ path, because }: ComeBack): string {
  const query = new URLSearchParams({
    ...(path !== '/' && { to: path }),
    ...(because !== 'asked' && (path !== '/' || because === 'undone') && { because }),
  }).toString();
  return query === '' ? '' : `?${query}`;
}

/** Administrators may act as anyone below them, resellers as their customers. */
function mayActAs(actor: Account, other: Account): boolean {
  return (
    (actor.role === 'administrator' && other.role !== 'administrator') ||
    (actor.role === 'reseller' && other.parentId === actor.id)
  );
}
