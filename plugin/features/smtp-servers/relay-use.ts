import { type FieldError, InvalidInputError } from '../../errors.js';
import { queueLifetime } from '../../mail-server/queue-lifetime.js';
import type { ServerForm } from './forms.js';
import { type SmtpServer, type SmtpServerFields, isSameMailbox } from './smtp-server.js';
import { namesOfSome } from '../../web/some-of.js';

/** Why a server with these fields cannot be a relay, if so. */
export type RelayRefusal = (fields: SmtpServerFields) => FieldError | undefined;

/** What leaves through a server. */
export interface ServerUse {
  /** Domains that use it as their relay. */
  readonly domains: readonly string[];
  /** Whether mails of the panel do. */
  readonly isPanels: boolean;
}

/**
 * A change that would leave domains' mail waiting in the queue, or the panel's, must be confirmed.
 *
 * @throws {InvalidInputError}
 */
export function assertMayWait(
  { domains, isPanels }: ServerUse,
  { before, form }: { readonly before: SmtpServer; readonly form: ServerForm },
  refusal: RelayRefusal,
): void {
  if (form.letWait === true) {
    return;
  }
  const reason = domains.length === 0 ? undefined : newReason(before, form.fields, refusal);
  if (reason === undefined) {
    assertPanelMayWait(isPanels, before, form.fields);
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

function assertPanelMayWait(isPanels: boolean, before: SmtpServer, after: SmtpServerFields): void {
  if (isPanels && before.confirmation.state === 'confirmed' && !isSameMailbox(before, after)) {
    throw new InvalidInputError({ letWait: { key: 'smtp-servers.errors.stops-panel' } });
  }
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
