import type { RequestHandler } from 'express';
import type { Changing } from '../changes/changes.js';
import type { NavigationEntry } from '../manifest.js';
import type { Pages } from '../web/pages.js';
import type { RouteTable } from '../web/route-table.js';
import type { Viewer } from '../viewing/viewer.js';

/**
 * What the extension asks of the panel around it. Accounts, plans and domains are rows that the panel keeps; what
 * happens to them reaches the extension as events.
 */
export interface Panel {
  /**
   * Who somebody is that has come in without a session, as a program has by its token.
   *
   * @param origin the client's IP address.
   * @returns undefined for accounts that may not sign in at the moment.
   */
  viewerOf(accountId: number, origin: string): Promise<Viewer | undefined>;
  /** The panel's own entries in the menu. */
  readonly navigation: readonly NavigationEntry[];
  readonly events: PanelEvents;
  /** What pages need of it, which is asked for when they are mounted. */
  web(): Promise<PanelWeb>;
}

export interface PanelWeb {
  /**
   * Runs before every route, to know the panel's visitors. It sets `req.session`, with `accountId` once somebody has
   * signed in: the extension keeps there what forms must bring back against forgery.
   */
  readonly middleware: readonly RequestHandler[];
  /** Sets `req.viewer`, or sends the visitor to sign in. */
  readonly signedIn: RequestHandler;
  /** The panel's own pages, where it shows them in this frame. */
  addRoutes?(routes: RouteTable, pages: Pages): void;
}

/** What can happen to a panel's accounts and domains. A domain still has its rows when its removal is told. */
export type PanelEvent =
  | { readonly kind: 'domain-created'; readonly domainId: number }
  | { readonly kind: 'domain-removed'; readonly domainId: number }
  | { readonly kind: 'account-suspension-changed'; readonly accountId: number }
  | { readonly kind: 'account-address-changed'; readonly accountId: number }
  | {
      readonly kind: 'account-reseller-changed';
      readonly accountId: number;
      /** What it owns counts as this reseller's from now on. */
      readonly resellerId: number | undefined;
    };

export type PanelListener = (event: PanelEvent, changing: Changing) => Promise<void>;

/** Tells the extension, inside the transaction of the change itself: both happen, or neither. */
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
