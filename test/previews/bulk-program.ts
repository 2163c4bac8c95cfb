import { type ClientRequest, request } from 'node:http';
import type { TokenScope } from '../../plugin/features/api-tokens/api-token.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import type { Problem } from '../../plugin/web/problems.js';
import type { TestApp, TestWeb } from '../support/app.js';

interface Reason {
  readonly field?: string;
  readonly code: string;
  readonly detail: string;
}

/** All that answers about plans and jobs, and problems, have. */
interface Said extends Problem {
  readonly id: number;
  readonly preview: number;
  readonly counted: boolean;
  readonly total: number;
  readonly done: number;
  readonly state: string;
  readonly job: number | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly rows: readonly {
    readonly id: number;
    readonly line?: number;
    readonly name: string;
    readonly group: string;
    readonly outcome: string;
    readonly before: object | null;
    readonly after: object | null;
    readonly reasons: readonly Reason[];
    readonly changedBy: { readonly actor: string } | null;
  }[];
  readonly next: string | null;
  readonly outcomes: string;
  readonly passwords: readonly { readonly address: string; readonly password: string }[];
}

export interface BulkAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Said;
}

/** A program with a token of an account. */
export class BulkProgram {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  static async of(
    { features }: Pick<TestApp, 'features'>,
    { url }: Pick<TestWeb, 'url'>,
    viewer: Viewer,
    scopes: readonly TokenScope[] = ['domain-mail.change'],
  ): Promise<BulkProgram> {
    return new BulkProgram(url, await features.apiTokens.create(viewer, { title: 'Shop', scopes }));
  }

  async get(path: string): Promise<BulkAnswer> {
    return await this.#ask(path, {});
  }

  async post(sent: object | string, key?: string): Promise<BulkAnswer> {
    return await this.#ask('/api/v1/bulk', {
      method: 'POST',
      body: typeof sent === 'string' ? sent : JSON.stringify(sent),
      headers: {
        'content-type': 'application/json',
        ...(key !== undefined && { 'idempotency-key': key }),
      },
    });
  }

  /** Sends a file to import. @param what its kind, with parameters. */
  async sendFile(
    what: string,
    content: readonly string[] | Buffer<ArrayBuffer>,
    key?: string,
    type = 'text/csv',
  ): Promise<BulkAnswer> {
    return await this.#ask(`/api/v1/imports/${what}`, {
      method: 'POST',
      body: Buffer.isBuffer(content) ? content : content.join('\n'),
      headers: {
        'content-type': type,
        ...(key !== undefined && { 'idempotency-key': key }),
      },
    });
  }

  /** A file whose beginning alone is sent. */
  beginFile(what: string, bytes: number): ClientRequest {
    const headers = {
      authorization: `Bearer ${this.#token}`,
      'content-type': 'text/csv',
      'content-length': bytes,
    };
    const sent = request(`${this.#url}/api/v1/imports/${what}`, { method: 'POST', headers });
    sent.on('error', () => {});
    sent.write('address');
    return sent;
  }

  /** Posts nothing. */
  async take(path: string): Promise<BulkAnswer> {
    return await this.#ask(path, { method: 'POST' });
  }

  async #ask(path: string, init: RequestInit): Promise<BulkAnswer> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${this.#token}`);
    const response = await fetch(this.#url + path, { ...init, headers });
    return {
      status: response.status,
      headers: response.headers,
      json: (await response.json()) as Said,
    };
  }
}
