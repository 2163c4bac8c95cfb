import type { RequestHandler } from 'express';
import type { Changing } from '../changes/changes.js';
import type { NavigationEntry } from '../manifest.js';
import type { Previews } from '../previews/previews.js';
import type { Pages } from '../web/pages.js';
import type { RouteTable } from '../web/route-table.js';
import type { Locale } from '../viewing/locale.js';
import type { Viewer } from '../viewing/viewer.js';

/**
 * What the extension needs from the panel around it. The panel keeps accounts, plans and domains as rows; changes to
 * them reach the extension as events.
 */
export interface Panel {
  /**
   * The viewer for a caller without a session, such as a program with a token, or a job.
   *
   * @returns plain data, which may be posted to a thread; undefined if the caller cannot sign in, or may not act as the
   * account.
   */
  viewerOf(caller: Caller): Promise<Viewer | undefined>;
  /** Where mails of the panel to an account go, as plain data; undefined sends none. */
  readerOf(accountId: number): Promise<MailReader | undefined>;
  /** The panel's own menu entries. */
  readonly navigation: readonly NavigationEntry[];
  readonly events: PanelEvents;
  /** What pages need from the panel, requested when they are mounted. */
  web(): Promise<PanelWeb>;
}

/** The reader of an account's mail. */
export interface MailReader {
  /** Only plain addresses receive mail: no name, no list. */
  readonly address: string;
  /** Undefined if the account has chosen none. */
  readonly locale: Locale | undefined;
}

/** The account that a call without a session acts for. */
export interface Caller {
  readonly accountId: number;
  /** The account that signed in, if it acts as `accountId`. */
  readonly actorId?: number | undefined;
  /** The client's IP address. */
  readonly origin: string;
}

/** What a panel's pages may use of the features. */
interface GivenToPanel {
  readonly previews: Previews;
}

export interface PanelWeb {
  /**
   * Runs before every route to identify visitors. Sets `req.session`, with `accountId` once somebody has signed in; the
   * extension keeps CSRF tokens there.
   */
  readonly middleware: readonly RequestHandler[];
  /** Sets `req.viewer`, or redirects the visitor to sign in: `req.comeBack` keeps the form, and says where to go then. */
  readonly signedIn: RequestHandler;
  /** Adds the panel's own pages, if it shows them in this frame. */
  addRoutes?(routes: RouteTable, pages: Pages, given: GivenToPanel): void | Promise<void>;
}

/** Events of a panel's accounts and domains. The rows of a domain still exist when its removal is reported. */
export type PanelEvent =
  | { readonly kind: 'domain-created'; readonly domainId: number }
  | { readonly kind: 'domain-removed'; readonly domainId: number }
  | { readonly kind: 'domain-restored'; readonly domainId: number }
  | { readonly kind: 'account-suspension-changed'; readonly accountId: number }
  | { readonly kind: 'account-address-changed'; readonly accountId: number }
  | {
      readonly kind: 'account-reseller-changed';
      readonly accountId: number;
      /** The reseller that its possessions belong to from now on. */
      readonly resellerId: number | undefined;
    };

export type PanelListener = (event: PanelEvent, changing: Changing) => Promise<void>;

/** Notifies the extension inside the transaction of the change: both happen, or neither. */
export class PanelEvents {
  readonly #listeners: PanelListener[] = [];

  listen(listener: PanelListener): void {
    this.#listeners.push(listener);
  }

  async emit(event: PanelEvent, changing: Changing): Promise<void> {
    for (const listener of this.#listeners) {
      await listener(event, changing);
    }
  }
}
