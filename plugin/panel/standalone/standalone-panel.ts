import express, { type RequestHandler } from 'express';
import type { Changes } from '../../database/changes.js';
import type { Database } from '../../database/database.js';
import type { Manifest } from '../../manifest.js';
import type { Pages } from '../../web/pages.js';
import { RateLimits } from '../../web/rate-limits.js';
import type { RouteTable } from '../../web/route-table.js';
import { sessions } from '../../web/sessions.js';
import { AccountStore } from '../directory/account-store.js';
import { DomainStore } from '../directory/domain-store.js';
import { type Panel, PanelEvents } from '../panel.js';
import { Domains } from './domains/domains.js';
import { addDomainRoutes } from './domains/routes.js';
import { addSignInRoutes } from './sign-in-routes.js';
import { SignIn } from './sign-in.js';
import { Viewers } from './viewers.js';

/** The embedded panel: sign-in, accounts, plans and domains of its own, so that the extension runs by itself. */
export class StandalonePanel implements Panel {
  readonly middleware: readonly RequestHandler[];
  readonly signedIn: RequestHandler;
  readonly navigation = [];
  readonly events = new PanelEvents();
  readonly accounts: AccountStore;
  readonly domains: Domains;
  readonly signIn: SignIn;

  constructor(parts: {
    readonly db: Database;
    readonly changes: Changes;
    readonly manifest: Manifest;
    readonly sessionSecret: string;
  }) {
    this.accounts = new AccountStore(parts.db);
    this.domains = new Domains({
      changes: parts.changes,
      domains: new DomainStore(parts.db),
      accounts: this.accounts,
      events: this.events,
    });
    this.signIn = new SignIn({
      db: parts.db,
      accounts: this.accounts,
      limits: new RateLimits(parts.db),
    });
    this.signedIn = new Viewers(this.accounts, parts.manifest.permissions).signedIn;
    this.middleware = [
      sessions(parts.db, parts.sessionSecret),
      express.urlencoded({ extended: false, limit: '64kb', parameterLimit: 300 }),
    ];
  }

  addRoutes(routes: RouteTable, pages: Pages): void {
    addSignInRoutes(routes, pages, this.signIn);
    addDomainRoutes(routes, pages, this.domains);
  }
}
