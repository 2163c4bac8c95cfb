import Joi from 'joi';
import { InvalidInputError } from '../../errors.js';
import type { ActionForm } from '../../previews/action.js';
import { parseForm, parsedBy } from '../../web/forms.js';
import { megabytesIn } from './mailbox.js';

/** What is wanted of many mailboxes, as a preview stores it; what is left out stays unchanged. */
export type RowsMailboxWanted = Partial<
  Readonly<{ quotaMegabytes: number; imap: boolean; pop3: boolean }>
>;

/** What a choice has for one that stays as it is. */
const asItIs = '-';

interface Typed {
  readonly quota: '-' | 'none' | 'size';
  readonly quotaMegabytes?: number;
  readonly imap: '-' | 'on' | 'off';
  readonly pop3: '-' | 'on' | 'off';
}

const onOff = Joi.valid(asItIs, 'on', 'off').default(asItIs);
const megabytes = Joi.string().trim().empty('').custom(parsedBy(megabytesIn));

const typedForm = Joi.object<Typed>({
  // A program may give a size alone.
  quota: Joi.valid(asItIs, 'none', 'size').default((all: { quotaMegabytes?: unknown }) =>
    all.quotaMegabytes === undefined ? asItIs : 'size',
  ),
  quotaMegabytes: megabytes.when('quota', {
    is: 'size',
    then: Joi.required(),
  }),
  imap: onOff,
  pop3: onOff,
});

/** @throws {InvalidInputError} */
export function parseRowsMailbox(typed: unknown): RowsMailboxWanted {
  const { quota, quotaMegabytes, imap, pop3 } = parseForm(typedForm, typed);
  const wanted = {
    ...(quota !== asItIs && { quotaMegabytes: quota === 'none' ? 0 : (quotaMegabytes ?? 0) }),
    ...(imap !== asItIs && { imap: imap === 'on' }),
    ...(pop3 !== asItIs && { pop3: pop3 === 'on' }),
  };
  if (Object.keys(wanted).length === 0) {
    throw new InvalidInputError({ quota: { key: 'mailboxes.rows.nothing' } });
  }
  return wanted;
}

/** The quota and the protocols of selected mailboxes, each of which may stay as it is. */
export const settingsForm: ActionForm<RowsMailboxWanted> = {
  fields: ['quota', 'quotaMegabytes', 'imap', 'pop3'],
  parse: parseRowsMailbox,
  page: {
    view: 'mailboxes/rows-settings',
    content: async () => ({ labels: 'mailboxes.fields', asItIs }),
    values: async () => ({ quota: asItIs, quotaMegabytes: '', imap: asItIs, pop3: asItIs }),
  },
};
