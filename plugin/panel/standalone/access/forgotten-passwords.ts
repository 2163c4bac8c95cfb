import { setTimeout as sleep } from 'node:timers/promises';
import type { Changes } from '../../../changes/changes.js';
import { TooManyRequestsError } from '../../../errors.js';
import type { Locale } from '../../../viewing/locale.js';
import { networkOf } from '../../../web/network.js';
import type { Logger } from '../../../web/log.js';
import type { RateLimit, RateLimits } from '../../../web/rate-limits.js';
import type { PanelMail } from '../../../panel-mail/panel-mail.js';
import type { AccountStore } from '../../directory/account-store.js';
import { nameIn } from '../login-name.js';
import { strangerFrom } from '../stranger.js';
import type { AccessStore } from './access-store.js';
import { PasswordRequest } from './password-request.js';

const windowMs = 60 * 60 * 1000;
const perNetwork: RateLimit = { name: 'password-request-network', most: 10, windowMs };
const perAccount: RateLimit = { name: 'password-request', most: 3, windowMs };
/** Each request sends mails to a few of the accounts with the address. */
const perAddress: RateLimit = { name: 'password-request-address', most: 6, windowMs };

const mostWaiting = 1000;
const shortestPauseMs = 200;
const longestPauseMs = 1500;

interface Asker {
  readonly ip: string;
  readonly locale: Locale;
}

interface ForgottenPasswordsParts {
  readonly changes: Changes;
  readonly accounts: AccountStore;
  readonly access: AccessStore;
  readonly limits: RateLimits;
  readonly panelMail: Pick<PanelMail, 'canSend' | 'queue'>;
  readonly log: Pick<Logger, 'warn'>;
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * Answers whoever has forgotten a password. A request only counts and waits: whether there is such an account is looked
 * up later, after a random pause, so that neither the answer nor its time or cost tells. None waits for another, or a
 * flood of requests would hold up everybody's.
 */
export class ForgottenPasswords {
  readonly request: PasswordRequest;

  readonly #parts: ForgottenPasswordsParts;
  readonly #pause: (ms: number) => Promise<unknown>;
  readonly #waiting = new Set<Promise<void>>();

  constructor(parts: ForgottenPasswordsParts) {
    this.#parts = parts;
    this.#pause = parts.pause ?? ((ms) => sleep(ms, undefined, { ref: false }));
    this.request = new PasswordRequest(parts);
  }

  /** Whether links can be sent. */
  async canSend(): Promise<boolean> {
    return await this.#parts.panelMail.canSend();
  }

  /**
   * @param asked a login, or the address of an account.
   * @throws {TooManyRequestsError} for the network alone, whatever was asked.
   */
  async ask(asked: string, from: Asker): Promise<void> {
    await this.#parts.limits.use(perNetwork, networkOf(from.ip));
    if (this.#waiting.size < mostWaiting) {
      const work = this.#work(nameIn(asked), from);
      this.#waiting.add(work);
      void work.then(() => this.#waiting.delete(work));
    }
  }

  /** Once all requests up to now have been answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#waiting);
  }

  async #work(name: string, from: Asker): Promise<void> {
    try {
      await this.#pause(shortestPauseMs + Math.random() * (longestPauseMs - shortestPauseMs));
      await this.#answer(name, from);
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'a request for a new password failed');
    }
  }

  async #answer(name: string, { ip, locale }: Asker): Promise<void> {
    for (const login of await this.#loginsOf(name)) {
      if (await this.#isWithin(perAccount, login)) {
        await this.#parts.changes.attempt(
          strangerFrom(ip),
          this.request,
          (tx) => this.request.read(tx, login),
          locale,
        );
      }
    }
  }

  async #loginsOf(name: string): Promise<readonly string[]> {
    if (!name.includes('@')) {
      return [name];
    }
    return (await this.#isWithin(perAddress, name)) ? await this.#parts.access.loginsAt(name) : [];
  }

  /** Beyond it nothing is sent and nobody is told: a stranger cannot find out, nor lock the owner out elsewhere. */
  async #isWithin(limit: RateLimit, subject: string): Promise<boolean> {
    try {
      await this.#parts.limits.use(limit, subject);
      return true;
    } catch (error) {
      if (error instanceof TooManyRequestsError) {
        return false;
      }
      throw error;
    }
  }
}
