import type { CustomHelpers, ErrorReport } from 'joi';
import { Joi } from '../../web/lengths-first.js';
import { EmailAddress } from '../../addresses/index.js';
import { parsedBy } from '../../web/forms.js';
import { type RecipientField, recipientFields } from './message.js';

/** Of all kinds together. */
export const mostRecipients = 100;
const mostAttachments = 50;
/** In characters; far more than mail programs show. */
export const longestText = 1_000_000;
/** Of text, HTML and attachments together, decoded. */
export const mostContentBytes = 25 * 1024 * 1024;

export interface AttachmentFields {
  readonly filename: string;
  readonly contentType: string;
  /** Base64, or the placeholder of a long text. */
  readonly content: string;
  readonly contentId?: string;
}

/** The fields of a submitted message. */
export interface MessageFields {
  readonly service: string;
  readonly to: readonly EmailAddress[];
  readonly cc?: readonly EmailAddress[];
  readonly bcc?: readonly EmailAddress[];
  readonly replyTo?: EmailAddress;
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly attachments?: readonly AttachmentFields[];
}

const oneLine = /^[^\p{Cc}\u2028\u2029]*$/u;

const attachment = Joi.object<AttachmentFields>({
  filename: Joi.string()
    .max(200)
    .pattern(oneLine, 'plain')
    .required()
    .description('The name that recipients see.'),
  contentType: Joi.string()
    .max(127)
    .pattern(
      /^(?!multipart\/|message\/)[a-z\d!#$&^.+-]+\/[a-z\d!#$&^.+-]+$/,
      'messages.errors.media-type',
    )
    .required()
    .description(
      'Its media type in lower case, without parameters, such as application/pdf; not multipart or message.',
    ),
  content: Joi.string()
    .allow('')
    .pattern(/^[A-Za-z0-9+/]*={0,2}$/, 'messages.errors.base64')
    .required()
    .description('Base64 (RFC 4648 §4).'),
  contentId: Joi.string()
    .max(100)
    .pattern(/^[\w.+@-]+$/, 'messages.errors.content-id')
    .description('By which the HTML shows it, as cid:….'),
});

const address = Joi.string()
  .max(320)
  .custom(parsedBy((text) => EmailAddress.parse(text)));

const addresses = Joi.array().items(address).max(mostRecipients);

export const messageForm = Joi.object<MessageFields>({
  service: Joi.string()
    .max(40)
    .pattern(/^[a-z][a-z\d-]*$/, 'messages.errors.service-key')
    .required()
    .description(
      'The service that sends, such as sales: it chooses among the SMTP servers of the account.',
    ),
  to: addresses.min(1).required().description('Whom the header To names: all recipients see it.'),
  cc: addresses.description('Whom the header Cc names: all recipients see it.'),
  bcc: addresses.description('Recipients whom no other sees.'),
  replyTo: address.description('Where answers go, instead of to the address of the server.'),
  subject: Joi.string().max(500).pattern(oneLine, 'plain').required(),
  text: Joi.string().max(longestText).description('Plain text; made of the HTML if there is none.'),
  html: Joi.string().max(longestText).description('The signature of the server is added below.'),
  attachments: Joi.array().items(attachment).max(mostAttachments),
})
  .or('text', 'html')
  .custom(withinRecipients)
  .description(
    `Text, HTML or both, and with attachments at most ${mostContentBytes / 1024 / 1024} MB together, decoded. ` +
      `At most ${mostRecipients} recipients in to, cc and bcc together, each of them once.`,
  );

/** Its recipients, in the order of the fields. */
export function recipientsOf(
  form: Pick<MessageFields, RecipientField>,
): readonly { readonly address: string; readonly field: RecipientField }[] {
  return recipientFields.flatMap((field) =>
    (form[field] ?? []).map((each) => ({ address: String(each), field })),
  );
}

function withinRecipients(
  form: MessageFields,
  helpers: CustomHelpers<MessageFields>,
): MessageFields | ErrorReport {
  const all = recipientsOf(form).map((each) => each.address);
  if (all.length > mostRecipients) {
    const refusal = { key: 'messages.errors.too-many-recipients', args: { most: mostRecipients } };
    return helpers.error('relais.parsed', { refusal });
  }
  const twice = all.find((each, index) => all.indexOf(each) < index);
  if (twice !== undefined) {
    const refusal = { key: 'messages.errors.recipient-twice', args: { address: twice } };
    return helpers.error('relais.parsed', { refusal });
  }
  return form;
}
