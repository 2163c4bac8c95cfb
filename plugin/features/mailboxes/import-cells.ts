import type { ImportLine } from '../../imports/kind.js';
import { type ParsedCells, boxCells, parseCells } from '../../imports/values.js';
import { bytesIn } from '../../web/typed-size.js';
import { type MailboxForm, someOfMailbox } from './forms.js';
import { bytesPerMegabyte } from './mailbox.js';

/** The cells of a mailbox's line, by the rules of its form. */
export function mailboxCells({ values, secret }: ImportLine): ParsedCells<MailboxForm> {
  const { boxes, errors: wrongBoxes } = boxCells(values, ['imap', 'pop3']);
  const { wanted, errors } = parseCells<MailboxForm>(someOfMailbox, {
    displayName: values['displayName'],
    quotaMegabytes: megabytes(values['quotaMegabytes'] ?? ''),
    password: secret.password,
    ...boxes,
  });
  return { wanted, errors: { ...errors, ...wrongBoxes } };
}

/** A size as people type it, in whole megabytes; other texts are left for the form's rules to refuse. */
function megabytes(text: string): string {
  const bytes = bytesIn(text);
  const count = bytes === undefined ? undefined : bytes / bytesPerMegabyte;
  return count !== undefined && Number.isInteger(count) ? String(count) : text;
}
