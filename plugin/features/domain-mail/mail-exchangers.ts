import { Resolver } from 'node:dns/promises';
import type { Settings } from '../settings/index.js';

/** The destination of a domain's mail by its MX records. */
export type ExchangersFound =
  | { readonly kind: 'here' | 'elsewhere'; readonly hosts: readonly string[] }
  | { readonly kind: 'no-mail' }
  | { readonly kind: 'no-domain' }
  | { readonly kind: 'no-answer' };

const timeoutMs = 3000;
/** Most MX hosts of a domain whose addresses are looked up; further ones are ignored. */
const mostHosts = 20;

interface MailExchangersParts {
  readonly settings: Settings;
  readonly servers: readonly string[];
  readonly localAddresses: () => readonly string[];
}

/** Looks up a domain's MX records (RFC 5321 §5.1) and tells whether they point to this installation. */
export class MailExchangers {
  readonly #parts: MailExchangersParts;

  /** @param servers DNS servers to ask; the system's own when empty. */
  constructor(parts: MailExchangersParts) {
    this.#parts = parts;
  }

  /** Answers within three seconds, even if the DNS does not. */
  async of(domain: string): Promise<ExchangersFound> {
    const resolver = new Resolver({ timeout: timeoutMs / 2, tries: 2 });
    if (this.#parts.servers.length > 0) {
      resolver.setServers(this.#parts.servers);
    }
    const deadline = setTimeout(() => resolver.cancel(), timeoutMs);
    try {
      return await this.#find(resolver, domain);
    } catch (error) {
      return { kind: isMissing(error) ? 'no-domain' : 'no-answer' };
    } finally {
      clearTimeout(deadline);
    }
  }

  async #find(resolver: Resolver, domain: string): Promise<ExchangersFound> {
    const hosts = await exchangersOf(resolver, domain);
    // RFC 7505: a single `.` means that the domain accepts no mail.
    if (hosts.length === 1 && hosts[0] === '') {
      return { kind: 'no-mail' };
    }
    const isHere = await this.#leadHere(resolver, hosts);
    return { kind: isHere ? 'here' : 'elsewhere', hosts };
  }

  async #leadHere(resolver: Resolver, hosts: readonly string[]): Promise<boolean> {
    const ours = await this.#parts.settings.texts('mail-hosts');
    if (hosts.some((host) => ours.includes(host))) {
      return true;
    }
    const own = new Set([
      ...(await this.#parts.settings.texts('own-addresses')),
      ...this.#parts.localAddresses(),
    ]);
    const addresses = await Promise.all(
      hosts.slice(0, mostHosts).map((host) => addressesOf(resolver, host)),
    );
    return addresses.flat().some((address) => own.has(address));
  }
}

async function exchangersOf(resolver: Resolver, domain: string): Promise<readonly string[]> {
  try {
    const records = await resolver.resolveMx(domain);
    return records
      .toSorted((a, b) => a.priority - b.priority)
      .map(({ exchange }) => exchange.toLowerCase().replace(/\.$/, ''));
  } catch (error) {
    const addresses = isMissing(error) ? await addressesOf(resolver, domain) : [];
    if (addresses.length > 0) {
      return [domain];
    }
    throw error;
  }
}

/** @throws when the DNS gives no definite answer. */
async function addressesOf(resolver: Resolver, host: string): Promise<readonly string[]> {
  const answers = await Promise.all(
    [resolver.resolve4(host), resolver.resolve6(host)].map((answer) => answer.catch(noneIfMissing)),
  );
  return answers.flat();
}

function noneIfMissing(error: unknown): string[] {
  if (isMissing(error)) {
    return [];
  }
  throw error;
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOTFOUND' || error.code === 'ENODATA')
  );
}
