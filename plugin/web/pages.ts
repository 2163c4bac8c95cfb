import type { Request, Response } from 'express';
import type { NavigationEntry } from '../manifest.js';
import { RecentlyUsed } from '../runtime/recently-used.js';
import { type PanelPlace, urlSeenBy } from './panel-url.js';
import type { Assets } from './assets.js';
import { type Language, asLocale, languageFor, knownPreference } from './locale.js';
import { csrfToken } from './csrf.js';
import type { OwnerMarks } from './kept/form-owner.js';
import type { KeptForms } from './kept/kept-forms.js';
import { takeNotice } from './notices.js';
import { readCookie } from './cookies.js';
import { sendHtml } from './send-html.js';
import type { Render } from './views.js';
import { signedInAccount } from '../viewing/viewer.js';

/** Content of a page for its view. `title` is localized. */
export interface PageContent {
  readonly title: string;
  /** The ID of the page's navigation entry. */
  readonly section?: string;
  /** Defaults to the visitor's. */
  readonly language?: Language;
  readonly [name: string]: unknown;
}

interface PagesParts {
  readonly render: Render;
  readonly assets: Assets;
  readonly navigation: readonly NavigationEntry[];
  readonly place: PanelPlace;
  /** Whether a declared path has routes: some panels have no preferences in this frame. */
  readonly has: (path: string) => boolean;
  readonly marks: OwnerMarks;
  readonly kept: KeptForms;
}

/** The entries that a viewer sees, and the ID of the current page's. */
interface Menu {
  readonly section: string;
  readonly entries: readonly NavigationEntry[];
}

/** One for each page of each role, and some more for plans with few permissions. */
const mostMenus = 200;

/** Renders pages inside their frame: menu, top bar, notices. */
export class Pages {
  readonly #parts: PagesParts;
  readonly has: (path: string) => boolean;
  readonly #menus = new RecentlyUsed<Menu>(mostMenus);

  constructor(parts: PagesParts) {
    this.#parts = parts;
    this.has = parts.has;
  }

  /** The base of links that people copy, ending in a slash. */
  urlFor(req: Request): string {
    return urlSeenBy(req, this.#parts.place);
  }

  show(req: Request, res: Response, view: string, content: PageContent): void {
    const mount = req.baseUrl;
    const html = this.#parts.render('layout/page', {
      language: content.language ?? languageOf(req),
      url: (path) => mount + req.wayBack.to(path),
      asset: (name) => mount + this.#parts.assets.path(name),
      viewer: signedIn(req),
      csrfToken: csrfToken(req, this.#ownerMark(req)),
      it: {
        ...content,
        view,
        has: this.has,
        menu: this.#menu(signedIn(req)?.permissions, content.section),
        mount,
        back: req.wayBack.parameter,
        notice: takeNotice(req, res),
        theme: signedIn(req)?.theme ?? 'auto',
      },
    });
    sendHtml(req, res, `<!doctype html>\n${html}`);
  }

  /** The entries of the menu, those of a domain's page left out. */
  entriesFor(permissions: ReadonlySet<string>): readonly NavigationEntry[] {
    return this.#menu(permissions).entries.filter(({ place }) => place !== 'domain');
  }

  get kept(): KeptForms {
    return this.#parts.kept;
  }

  #ownerMark(req: Request): string {
    const viewer = signedIn(req);
    return viewer === undefined
      ? ''
      : this.#parts.marks.of({ actorId: signedInAccount(viewer), accountId: viewer.accountId });
  }

  /** The same object for the same menu, so that it is rendered once. */
  #menu(permissions: ReadonlySet<string> | undefined, section = ''): Menu {
    const entries = this.#parts.navigation.filter((entry) => permissions?.has(entry.permission));
    const key = [section, ...entries.map(({ id }) => id)].join();
    return this.#menus.of(key, () => ({ section, entries }));
  }
}

/** The account's language, or the visitor's cookie, or the browser's. */
export function languageOf(req: Request): Language {
  return languageFor(
    signedIn(req)?.locale ?? asLocale(readCookie(req, 'relais_locale')) ?? knownPreference(req),
  );
}

function signedIn(req: Request): Request['viewer'] | undefined {
  return req.viewer;
}
