import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Problem } from '../../../plugin/web/problems.js';
import type { TestWeb } from '../../support/app.js';
import type { Scene } from './scene.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Problem & { readonly id: number };
}

/** A client with an API token of Marie. */
export class Program {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = `${url}/api`;
    this.#token = token;
  }

  static async of({ app, marie }: Scene, { url }: TestWeb): Promise<Program> {
    const scopes = ['messages.send', 'messages.view'] as const;
    return new Program(url, await app.features.apiTokens.create(marie, { title: 'Shop', scopes }));
  }

  async ask(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(this.#url + path, init);
    return {
      status: response.status,
      headers: response.headers,
      json: (await response.json()) as Answer['json'],
    };
  }

  async post(sent: unknown, more: Record<string, string> = {}): Promise<Answer> {
    return await this.ask('/v1/messages', {
      method: 'POST',
      headers: this.headers(more),
      body: typeof sent === 'string' ? sent : JSON.stringify(sent),
    });
  }

  /** A request of which only this much has been sent so far. */
  begin(bytes: number, start: string): ClientRequest {
    const begun = request(`${this.#url}/v1/messages`, {
      method: 'POST',
      headers: this.headers({ 'content-length': String(bytes) }),
    });
    begun.on('error', () => {});
    begun.flushHeaders();
    begun.write(start);
    return begun;
  }

  headers(more: Record<string, string> = {}): Record<string, string> {
    return { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json', ...more };
  }
}

export async function answerTo(begun: ClientRequest): Promise<IncomingMessage> {
  return await new Promise((resolve) => begun.once('response', resolve));
}
