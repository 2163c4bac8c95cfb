import type { App } from '../../plugin/app.js';
import type { TestWeb } from './app.js';

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The target of a redirect, below the mount. */
  readonly location: string | undefined;
}

interface Sending {
  readonly method?: 'POST';
  readonly body?: URLSearchParams | FormData | string;
  readonly headers: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

/** What browsers send, without a name, where no file was chosen. */
export const noFile = Buffer.alloc(0);

/** A visitor with a browser: keeps cookies, and sends the token of the last page's form. */
export class Visitor {
  readonly #web: Pick<TestWeb, 'url'>;
  readonly #cookies: Map<string, string>;
  #csrfToken = '';

  /** @param cookies of another browser. */
  constructor(web: Pick<TestWeb, 'url'>, cookies: ReadonlyMap<string, string> = new Map()) {
    this.#web = web;
    this.#cookies = new Map(cookies);
  }

  /** A copy of the cookies. */
  get cookies(): ReadonlyMap<string, string> {
    return new Map(this.#cookies);
  }

  /** Signs in to an account with a one-time link. */
  static async signedIn(web: TestWeb, app: App, accountId: number): Promise<Visitor> {
    const visitor = new Visitor(web);
    await visitor.post(`/sign-in/${await app.panel.signIn.createLink(accountId)}`);
    await visitor.get('/preferences');
    return visitor;
  }

  /** The cookie and token of its next request, for tests that send it themselves. */
  get credentials(): { readonly cookie: string; readonly csrfToken: string } {
    return { cookie: this.#cookie(), csrfToken: this.#csrfToken };
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

  /** Submits a form with a picture in a field (RFC 7578). */
  async send(
    path: string,
    fields: Readonly<Record<string, string>>,
    picture: Buffer,
    field = 'logo',
  ): Promise<Page> {
    const body = new FormData();
    for (const [name, value] of Object.entries({ csrfToken: this.#csrfToken, ...fields })) {
      body.append(name, value);
    }
    const name = picture === noFile ? '' : 'picture.png';
    body.append(field, new Blob([new Uint8Array(picture)]), name);
    return await this.#send(path, { method: 'POST', body, headers: {} });
  }

  async sendRaw(path: string, body: string, headers: Record<string, string>): Promise<Page> {
    return await this.#send(path, { method: 'POST', body, headers });
  }

  /** Opens a page and submits its form with these changes. An empty text unticks a box. */
  async fill(path: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    const { text } = await this.get(path);
    const values = { ...fieldsOf(formFor(text, path)), ...fields };
    return await this.post(
      path,
      Object.entries(values).filter(([name, value]) => name !== 'csrfToken' && value !== ''),
    );
  }

  async #send(path: string, init: Sending): Promise<Page> {
    const response = await fetch(this.#web.url + path, {
      redirect: 'manual',
      ...init,
      // A test of its own covers compression, which costs more than many a page.
      headers: { 'accept-encoding': 'identity', ...init.headers, cookie: this.#cookie() },
    });
    this.#keep(response.headers.getSetCookie());
    const text = withCharacters(await response.text());
    this.#csrfToken = /name="csrfToken" value="([^"]*)"/.exec(text)?.[1] ?? this.#csrfToken;
    const mount = new URL(this.#web.url).pathname.replace(/\/$/, '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      location: response.headers.get('location')?.replace(mount, ''),
    };
  }

  #cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
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

/** Pages and HTML of mails have references to characters beyond ASCII. */
export function withCharacters(html: string): string {
  return html.replaceAll(/&#(\d{3,});/g, (_reference, code) => String.fromCodePoint(Number(code)));
}

/** The form of a page that is submitted to the page's own path. */
function formFor(html: string, path: string): string {
  const forms = html.match(/<form[^>]*method="post"[\s\S]*?<\/form>/g) ?? [];
  const form = forms.find(
    (each) => each.includes(`${path}"`) || each.includes(`${path}?csrfToken=`),
  );
  if (form === undefined) {
    throw new Error(`${path} has no form of its own.`);
  }
  return form;
}

function fieldsOf(form: string): Record<string, string> {
  const inputs = form
    .match(/<input[^>]*>/g)
    ?.filter((tag) => !/type="(?:checkbox|radio)"/.test(tag) || /\schecked/.test(tag));
  const texts = [...form.matchAll(/(<textarea[^>]*>)([^<]*)<\/textarea>/g)];
  const selects = [...form.matchAll(/(<select[^>]*>)([\s\S]*?)<\/select>/g)];
  return Object.fromEntries([
    ...(inputs ?? []).map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')]),
    ...texts.map(([, tag = '', text = '']) => [attribute(tag, 'name'), unescapeHtml(text)]),
    ...selects.map(([, tag = '', options = '']) => [attribute(tag, 'name'), selectedIn(options)]),
  ]);
}

function selectedIn(options: string): string {
  return attribute(/<option[^>]*\sselected[^>]*>/.exec(options)?.[0] ?? '', 'value');
}

function attribute(tag: string, name: string): string {
  return unescapeHtml(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
