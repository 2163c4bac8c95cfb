/** Why a text is not the address or name that was asked for. */
export type AddressErrorReason =
  | 'empty'
  | 'invisible-characters'
  | 'no-at'
  | 'no-local-part'
  | 'no-domain'
  | 'too-long'
  | 'quoted'
  | 'non-ascii-local-part'
  | 'routing-character'
  | 'local-part-start'
  | 'local-part-dots'
  | 'local-part-characters'
  | 'local-part-too-long'
  | 'mailbox-at'
  | 'mailbox-plus'
  | 'mailbox-slash'
  | 'mailbox-characters'
  | 'mailbox-edges'
  | 'domain-characters'
  | 'domain-single-label'
  | 'domain-trailing-dot'
  | 'domain-empty-label'
  | 'domain-label-too-long'
  | 'domain-too-long'
  | 'domain-hyphen'
  | 'domain-number'
  | 'domain-invalid-idn'
  | 'domain-is-ip'
  | 'not-an-ip';

/**
 * A text is not the address or name that was asked for. The text itself is not part of the error: it may be
 * of any length and hold anything.
 */
export class AddressError extends Error {
  override readonly name = 'AddressError';
  readonly reason: AddressErrorReason;

  constructor(reason: AddressErrorReason) {
    super(reason);
    this.reason = reason;
  }

  /** The locale key of a sentence for people. */
  get key(): `errors.address.${AddressErrorReason}` {
    return `errors.address.${this.reason}`;
  }
}
