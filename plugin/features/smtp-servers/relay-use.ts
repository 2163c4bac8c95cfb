import { type FieldError, InvalidInputError } from '../../errors.js';
import { queueLifetime } from '../../mail-server/queue-lifetime.js';
import type { ServerForm } from './forms.js';
import { type SmtpServer, type SmtpServerFields, isSameMailbox } from './smtp-server.js';
import { namesOfSome } from '../../web/some-of.js';

/** Why a server with these fields cannot be a relay, if so. */
export type RelayRefusal = (fields: SmtpServerFields) => FieldError | undefined;

/**
 * A change that would leave domains' mail waiting in the queue must be confirmed.
 *
 * @param domains that use the server as their relay.
 * @throws {InvalidInputError}
 */
export function assertMayWait(
  domains: readonly string[],
  { before, form }: { readonly before: SmtpServer; readonly form: ServerForm },
  refusal: RelayRefusal,
): void {
  const reason = domains.length === 0 ? undefined : newReason(before, form.fields, refusal);
  if (reason === undefined || form.letWait === true) {
    return;
  }
  throw new InvalidInputError({
    letWait: {
      key: 'smtp-servers.errors.stops-relay',
      args: {
        ...reason.args,
        ...queueLifetime,
        domains: namesOfSome(domains),
        reason: reason.key,
      },
    },
  });
}

/** Undefined if mail waits already. */
function newReason(
  before: SmtpServer,
  after: SmtpServerFields,
  refusal: RelayRefusal,
): FieldError | undefined {
  if (before.confirmation.state !== 'confirmed' || refusal(before) !== undefined) {
    return undefined;
  }
  const again = { key: 'smtp-servers.errors.confirm-again' };
  return refusal(after) ?? (isSameMailbox(before, after) ? undefined : again);
}
