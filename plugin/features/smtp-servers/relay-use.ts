import { type FieldError, InvalidInputError } from '../../errors.js';
import type { ServerForm } from './forms.js';
import { type SmtpServer, type SmtpServerFields, isSameMailbox } from './smtp-server.js';
import { someOf } from './some-of.js';

/** Why mail of domains cannot leave through a server that is set so, if so. */
export type RelayRefusal = (fields: SmtpServerFields) => FieldError | undefined;

/**
 * A change after which mail of domains would wait in the queue is made by who says that it may.
 *
 * @param domains whose mail leaves through the server.
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
      args: { ...reason.args, domains: someOf(domains), reason: reason.key },
    },
  });
}

/** None where mail waits already. */
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
