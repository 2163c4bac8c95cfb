import { DomainName } from './domain-name.js';

/**
 * The DNS name of a host: with a dot, never an IP address or `localhost`. Where it leads is not known before it
 * is resolved, and may be an internal address.
 */
export class HostName {
  readonly #name: DomainName;

  private constructor(name: DomainName) {
    this.#name = name;
  }

  /** @throws {AddressError} for the reasons of `DomainName.parse`. */
  static parse(text: string): HostName {
    return new HostName(DomainName.parse(text));
  }

  /** A-labels in lower case: the identity, and what is stored and resolved. */
  get ascii(): string {
    return this.#name.ascii;
  }

  /** U-labels, for people. */
  get unicode(): string {
    return this.#name.unicode;
  }

  equals(other: HostName): boolean {
    return this.#name.equals(other.#name);
  }

  toString(): string {
    return this.ascii;
  }
}
