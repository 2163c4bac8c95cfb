import assert from 'node:assert/strict';
import { mostContentBytes } from '../../../plugin/features/messages/forms.js';
import { parseMessage } from '../../../plugin/features/messages/message-form.js';
import { refusedFields } from '../../support/refusals.js';
import { body } from './scene.js';

const attachment = { filename: 'a', contentType: 'text/plain', content: 'YQ==' };

const cases: [why: string, sent: object, refused: Record<string, string>][] = [
  [
    'nothing',
    {},
    {
      service: 'errors.field.any.required',
      to: 'errors.field.any.required',
      subject: 'errors.field.any.required',
      '': 'errors.field.object.missing',
    },
  ],
  ['no recipient', { ...body, to: [] }, { to: 'errors.field.array.min' }],
  ['a text as recipients', { ...body, to: 'a@b.test' }, { to: 'errors.field.array.base' }],
  [
    'recipients that are none',
    { ...body, to: ['a@b.test', 'a', 'a@b.test\r\nRCPT TO:<c@d.test>', 'b@c.test'] },
    { 'to/1': 'errors.address.no-at', 'to/2': 'errors.address.local-part-characters' },
  ],
  [
    'the same recipient twice',
    { ...body, to: ['a@b.test', 'A@B.test'] },
    { '': 'messages.errors.recipient-twice' },
  ],
  [
    'too many recipients',
    { ...body, to: Array.from({ length: 101 }, (_, n) => `a${n}@b.test`) },
    { to: 'errors.field.array.max' },
  ],
  [
    'a text that is too long',
    { ...body, text: 'a'.repeat(1_000_001) },
    { text: 'errors.field.string.max' },
  ],
  [
    'a name that every object has',
    { ...body, constructor: 1 },
    { constructor: 'errors.field.object.unknown' },
  ],
  [
    'too many recipients together',
    {
      ...body,
      cc: Array.from({ length: 50 }, (_, n) => `a${n}@b.test`),
      bcc: Array.from({ length: 50 }, (_, n) => `a${n}@c.test`),
    },
    { '': 'messages.errors.too-many-recipients' },
  ],
  [
    'the same recipient in two fields',
    { ...body, bcc: ['Anna@Elsewhere.test'] },
    { '': 'messages.errors.recipient-twice' },
  ],
  [
    'other addresses that are none',
    { ...body, cc: ['a'], bcc: 'a@b.test', replyTo: 'a@b.test\r\nBcc: c@d.test' },
    {
      'cc/0': 'errors.address.no-at',
      bcc: 'errors.field.array.base',
      replyTo: 'errors.address.local-part-characters',
    },
  ],
  [
    'a subject of two lines',
    { ...body, subject: 'a\r\nBcc: c@d.test' },
    { subject: 'errors.field.string.pattern.name' },
  ],
  ['a number as subject', { ...body, subject: 1 }, { subject: 'errors.field.string.base' }],
  ['a field of its own', { ...body, from: 'x' }, { from: 'errors.field.object.unknown' }],
  [
    'an attachment that is none',
    {
      ...body,
      attachments: [
        attachment,
        { filename: 'a\r\nb', contentType: 'multipart/mixed', content: '%', contentId: '<>' },
      ],
    },
    {
      'attachments/1/filename': 'errors.field.string.pattern.name',
      'attachments/1/contentType': 'messages.errors.media-type',
      'attachments/1/content': 'messages.errors.base64',
      'attachments/1/contentId': 'messages.errors.content-id',
    },
  ],
  [
    'a file that the server would have to read',
    { ...body, attachments: [{ ...attachment, path: '/etc/passwd' }] },
    { 'attachments/0/path': 'errors.field.object.unknown' },
  ],
  [
    'more than 25 MB',
    { ...body, attachments: [{ ...attachment, content: 'AAAA'.repeat(mostContentBytes / 3) }] },
    { '': 'messages.errors.too-large' },
  ],
];

describe('a submitted message', () => {
  for (const [why, sent, refused] of cases) {
    it(`is rejected with every invalid field: ${why}`, async () => {
      assert.deepEqual(await refusedFields(() => parseMessage(sent)), refused);
    });
  }
});
