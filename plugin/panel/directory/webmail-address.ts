import { AddressError, HostName, IpAddress } from '../../addresses/index.js';

/** Why a text cannot be the address of a webmail: keys below `webmail.errors`. */
type WebmailAddressReason =
  | 'address-scheme'
  | 'address-characters'
  | 'address-user'
  | 'address-placeholder'
  | 'address-domain-label'
  | 'address-mailbox-in-host'
  | 'address-host'
  | 'address-port'
  | 'address-itself';

export class WebmailAddressError extends Error {
  override readonly name = 'WebmailAddressError';
  readonly key: `webmail.errors.${WebmailAddressReason}`;
  /** The texts name the placeholders as they are typed. */
  readonly args = { domain: '{domain}', mailbox: '{mailbox}' };

  constructor(reason: WebmailAddressReason) {
    super(reason);
    this.key = `webmail.errors.${reason}`;
  }
}

/** What takes the place of the placeholders. */
export interface WebmailPlace {
  /** In A-labels. */
  readonly domain: string;
  /** The address of a mailbox; empty where none is known. */
  readonly mailbox?: string | undefined;
}

/** The first label of the hosts that lead to webmails. */
export const webmailLabel = 'webmail';
const ownHost = `${webmailLabel}.{domain}`;

/**
 * The address of a webmail application, such as `https://{domain}/mail/?user={mailbox}`. `{domain}` is whole labels of
 * the host; after the host, both placeholders are encoded (encodeURIComponent), so that no value becomes syntax.
 */
export class WebmailAddress {
  readonly #start: string;
  readonly #host: string;
  readonly #rest: string;

  private constructor(start: string, host: string, rest: string) {
    this.#start = start;
    this.#host = host;
    this.#rest = rest;
  }

  /** @throws {WebmailAddressError} */
  static parse(text: string): WebmailAddress {
    const typed = text.trim();
    assertCharacters(typed);
    const [, scheme = '', authority = '', rest = ''] =
      /^(https?):\/\/([^/?#]*)(.*)$/is.exec(typed) ?? refuse('address-scheme');
    const [host, port] = placeIn(authority, scheme);
    if (host === ownHost && port === '') {
      refuse('address-itself');
    }
    const path = rest.startsWith('/') ? rest : `/${rest}`;
    return new WebmailAddress(`${scheme.toLowerCase()}://`, host, port + path);
  }

  /** Whether passwords would travel unencrypted. */
  get isUnencrypted(): boolean {
    return this.#start === 'http://';
  }

  /** For one domain or mailbox. */
  urlFor({ domain, mailbox = '' }: WebmailPlace): string {
    const rest = this.#rest
      .replaceAll('{domain}', () => encodeURIComponent(domain))
      .replaceAll('{mailbox}', () => encodeURIComponent(mailbox));
    return new URL(this.#start + this.#host.replace('{domain}', () => domain) + rest).href;
  }

  toString(): string {
    return this.#start + this.#host + this.#rest;
  }
}

function refuse(reason: WebmailAddressReason): never {
  throw new WebmailAddressError(reason);
}

/** The host, and the port with its colon. */
function placeIn(authority: string, scheme: string): readonly [host: string, port: string] {
  if (authority.includes('@')) {
    refuse('address-user');
  }
  const [, host = '', port = ''] = /^(.*?)(?::(\d*))?$/s.exec(authority) ?? [];
  return [hostIn(host), portIn(port, scheme)];
}

function assertCharacters(text: string): void {
  // A placeholder behind half an escape, such as `%2{domain}`, would complete it.
  const odd = /[\s\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\\"<>^`|]|%(?![\da-f]{2})/iu;
  if (odd.test(text)) {
    refuse('address-characters');
  }
  if (/[{}]/.test(text.replaceAll(/\{(?:domain|mailbox)\}/g, ''))) {
    refuse('address-placeholder');
  }
}

/** Since the domain is whole labels, the host is valid with any domain if it is with one. */
const standIn = 'domain-placeholder.invalid';

function hostIn(text: string): string {
  if (text.includes('{mailbox}')) {
    refuse('address-mailbox-in-host');
  }
  if (!text.includes('{domain}')) {
    return literalIn(text);
  }
  const [whole, another] = text.split('.').filter((label) => label.includes('{domain}'));
  return whole === '{domain}' && another === undefined
    ? nameIn(text.replace('{domain}', standIn)).replace(standIn, '{domain}')
    : refuse('address-domain-label');
}

/** A name, or an IP address as in a URL (RFC 3986 §3.2.2). */
function literalIn(text: string): string {
  const [, inBrackets] = /^\[(.*)\]$/.exec(text) ?? [];
  const address = parsedOr(() => IpAddress.parse(inBrackets ?? text));
  if (address === undefined) {
    return nameIn(text);
  }
  return (address.version === 6) === (inBrackets !== undefined)
    ? text.replace(inBrackets ?? text, address.toString())
    : refuse('address-host');
}

function nameIn(text: string): string {
  return parsedOr(() => HostName.parse(text.replace(/\.$/, '')))?.ascii ?? refuse('address-host');
}

function parsedOr<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof AddressError) {
      return undefined;
    }
    throw error;
  }
}

const usualPorts: Readonly<Record<string, string>> = { http: '80', https: '443' };

/** With its colon; empty for the scheme's own. */
function portIn(text: string, scheme: string): string {
  const port = Number(text);
  if (text !== '' && !(port >= 1 && port <= 65_535)) {
    refuse('address-port');
  }
  return text === '' || usualPorts[scheme.toLowerCase()] === String(port) ? '' : `:${port}`;
}
