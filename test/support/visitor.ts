import type { App } from '../../plugin/app.js';
import type { TestWeb } from './app.js';

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where a redirect leads, below the mount. */
  readonly location: string | undefined;
}

interface Sending {
  readonly method?: 'POST';
  readonly body?: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

/** Somebody with a browser: keeps cookies, and sends the token of the form that they last saw. */
export class Visitor {
  readonly #web: Pick<TestWeb, 'url'>;
  readonly #cookies = new Map<string, string>();
  #csrfToken = '';

  constructor(web: Pick<TestWeb, 'url'>) {
    this.#web = web;
  }

  /** Signs in as an account by a one-time link. */
  static async signedIn(web: TestWeb, app: App, accountId: number): Promise<Visitor> {
    const visitor = new Visitor(web);
    await visitor.get(`/sign-in/${await app.panel.signIn.createLink(accountId)}`);
    await visitor.get('/preferences');
    return visitor;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Page> {
    return await this.#send(path, { headers });
  }

  async post(
    path: string,
    fields: Fields = {},
    headers: Record<string, string> = {},
  ): Promise<Page> {
    const body = new URLSearchParams([
      ['csrfToken', this.#csrfToken],
      ...(Array.isArray(fields) ? fields : Object.entries(fields)),
    ]);
    return await this.#send(path, { method: 'POST', body, headers });
  }

  async #send(path: string, init: Sending): Promise<Page> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.#web.url + path, {
      redirect: 'manual',
      ...init,
      headers: { ...init.headers, cookie },
    });
    this.#keep(response.headers.getSetCookie());
    const text = await response.text();
    this.#csrfToken = /name="csrfToken" value="([^"]*)"/.exec(text)?.[1] ?? this.#csrfToken;
    const mount = new URL(this.#web.url).pathname.replace(/\/$/, '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      location: response.headers.get('location')?.replace(mount, ''),
    };
  }

  #keep(setCookies: readonly string[]): void {
    for (const cookie of setCookies) {
      const [pair = ''] = cookie.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '') {
        this.#cookies.delete(name);
      } else {
        this.#cookies.set(name, value);
      }
    }
  }
}
