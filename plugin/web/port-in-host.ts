import type { FieldError } from '../errors.js';
import { understoodHost } from './typed-host.js';

type Fields = Record<string, unknown>;

/**
 * Moves the port of a typed host, such as `smtp.example.com:587`, to the field of the port, and leaves the host.
 *
 * @returns an error at the field of the port if it had another one, which the host's replaces.
 */
export function movePort(
  fields: Fields,
  { host, port }: { readonly host: string; readonly port: string },
): Readonly<Record<string, FieldError>> {
  const [typed, chosen] = [fields[host], fields[port]];
  if (typeof typed !== 'string') {
    return {};
  }
  const understood = understoodHost(typed);
  fields[host] = understood.host;
  if (understood.port === undefined) {
    return {};
  }
  const before =
    typeof chosen === 'string' || typeof chosen === 'number' ? String(chosen).trim() : '';
  fields[port] = understood.port;
  return before === '' || before === understood.port
    ? {}
    : { [port]: { key: 'form.two-ports', args: { port: understood.port, before } } };
}
