import { HostName, IpAddress } from '../addresses/index.js';

export type Host = HostName | IpAddress;

/** Where a server listens. */
export interface Endpoint {
  readonly host: Host;
  readonly port: number;
}

/** @throws {AddressError} also for other spellings of an IP address: `127.1`, `0x7f000001`, `[::1]`. */
export function parseHost(text: string): Host {
  return isIpLiteral(text) ? IpAddress.parse(text) : HostName.parse(text);
}

function isIpLiteral(text: string): boolean {
  return text.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(text);
}
