import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import addressparser from 'nodemailer/lib/addressparser';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { compose } from '../../plugin/sending/compose.js';
import type { MailContent } from '../../plugin/sending/outgoing-message.js';

const address = EmailAddress.parse('a@b.test');

/** Texts that try to start a line of their own. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '\0',
        '\u2028',
        '\u0085',
        ' ',
        ':',
        '"',
        '<',
        '>',
        ',',
        ';',
        '=?',
        '?=',
        'é',
      ),
      fc.constantFrom(
        'Bcc: x@evil.test',
        'x@evil.test',
        '\r\n\r\nbody',
        '\r\n.\r\n',
        'RCPT TO:<x@evil.test>',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('an outgoing message', () => {
  it('has exactly its own headers, whatever its texts are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(hostile, hostile, hostile, hostile, hostile), async (texts) => {
        const [subject, from, to, replyTo, other] = texts;
        const written = await compose({
          from: { name: from, address },
          to: [{ name: to, address }],
          replyTo: { name: replyTo, address },
          subject,
          text: 'Hello',
          headers: { 'X-Other': other },
        });
        const [head = ''] = written.toString('latin1').split('\r\n\r\n', 1);
        assert.match(head, /^(?:[\t\u0020-\u007e]|\r\n)*$/);
        const headers = headersIn(head);
        const given = headers.map(([name]) => name);
        assert.deepEqual(given.filter((name) => !optional.has(name)).toSorted(), required);
        assert.equal(new Set(given).size, given.length);
        for (const party of ['From', 'To', 'Reply-To']) {
          const value = headers.find(([name]) => name === party)?.[1] ?? '';
          assert.deepEqual(addressesIn(value), ['a@b.test'], value);
        }
      }),
    );
  });

  it('keeps line breaks out of file names', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (filename) => {
        const content = Buffer.from('content');
        const attachments = [{ filename, contentType: 'text/plain', content }];
        const written = (await compose({ ...usual, attachments })).toString('latin1');
        assert.doesNotMatch(written, /^(?:Bcc|RCPT)/m);
        assert.doesNotMatch(written, /\0|[^\r]\n|\r[^\n]/);
      }),
    );
  });

  describe('with a text that looks like an encoded word', () => {
    const lookAlikes = [
      'x =?UTF-8?B?aGFjaw==?= y',
      '=?UTF-8?B?aGFjaw==?=',
      '=?utf-8?q?a_b?= =?utf-8?q?c?=',
      'see "=?utf-8?Q?a b?=" here',
      '=?iso-8859-1?Q?=E9?=.pdf',
      'half =?UTF-8?B?aGFj',
      `long ${'=?UTF-8?Q?=C3=A9?= \u{1f600} '.repeat(12)}end`,
    ];
    for (const typed of lookAlikes) {
      it(`arrives with the text as typed: ${typed.slice(0, 40)}`, async () => {
        const image = { filename: typed, contentType: 'image/png', content: Buffer.from('x') };
        const written = (
          await compose({
            from: { name: typed, address },
            to: [
              { name: 'Plain, "quoted"', address },
              { name: typed, address },
            ],
            replyTo: { name: typed, address },
            subject: typed,
            text: 'Hello',
            html: '<img src="cid:logo">',
            attachments: [image, { ...image, cid: 'logo' }],
          })
        ).toString();
        const [head = ''] = written.split('\r\n\r\n', 1);
        const read = new Map(headersIn(head).map(([name, value]) => [name, decoded(value)]));
        assert.equal(read.get('Subject'), ` ${typed}`);
        assert.equal(read.get('From'), ` ${typed} <a@b.test>`);
        assert.equal(read.get('Reply-To'), ` ${typed} <a@b.test>`);
        assert.equal(read.get('To'), ` "Plain, \\"quoted\\"" <a@b.test>, ${typed} <a@b.test>`);
        assert.ok(head.split('\r\n').every((line) => line.length <= 998));
        const named = headersOfParts(written).filter((value) => value.includes('filename'));
        assert.deepEqual(named.map(filenameIn), [typed, typed]);
        assert.deepEqual(
          named.map((value) => /^ (\w+)/.exec(value)?.[1]),
          ['inline', 'attachment'],
        );
        assert.doesNotMatch(written, /; name=/);
      });
    }
  });

  it('has an ID of its own, a date, and both a text and an HTML form', async () => {
    const written = (await compose({ ...usual, html: '<p>Hello</p>' })).toString();
    assert.match(written, /^Message-ID: <[^<>\s]+@b\.test>\r$/m);
    assert.match(written, /^Date: /m);
    assert.match(written, /^Content-Type: multipart\/alternative;/m);
  });

  it('never contains a file of this machine that its content names', async () => {
    const path = { filename: 'a', contentType: 'text/plain', path: '/etc/passwd' };
    const attachments = [path as unknown as NonNullable<MailContent['attachments']>[number]];
    await assert.rejects(compose({ ...usual, attachments }), /File access rejected/);
  });
});

const usual: MailContent = { from: { address }, to: [{ address }], subject: 'Hi', text: 'Hello' };

/** Headers that are left out when they are empty. */
const optional = new Set(['Subject', 'X-Other']);
const required = [
  'Content-Transfer-Encoding',
  'Content-Type',
  'Date',
  'From',
  'MIME-Version',
  'Message-ID',
  'Reply-To',
  'To',
];

/** Unfolded (RFC 5322 §2.2.3). */
function headersIn(head: string): readonly [name: string, value: string][] {
  return head
    .replaceAll(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
    .map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1)];
    });
}

/** As lenient programs read it: with encoded words anywhere, also within quotes (RFC 2047 §6.2). */
function decoded(value: string): string {
  return value
    .replaceAll(/(\?=)\s+(?==\?)/g, '$1')
    .replaceAll(/=\?[^?]*\?([bq])\?([^?]*)\?=/gi, (_word, how: string, text: string) =>
      how.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString()
        : decodeURIComponent(text.replaceAll('_', ' ').replaceAll('%', '%25').replaceAll('=', '%')),
    );
}

function headersOfParts(written: string): readonly string[] {
  return headersIn(written)
    .filter(([name]) => name === 'Content-Disposition')
    .map(([, value]) => value);
}

/** RFC 2231 §3 and §4.1: encoded pieces among others. */
function filenameIn(value: string): string {
  return [...value.matchAll(/filename\*\d+(\*?)=(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g)]
    .map(([, isEncoded, quoted, bare = '']) =>
      isEncoded === '*'
        ? decodeURIComponent(bare.replace(/^utf-8''/, ''))
        : (quoted?.replaceAll(/\\(.)/g, '$1') ?? bare),
    )
    .join('');
}

function addressesIn(value: string): readonly (string | undefined)[] {
  return addressparser(value, { flatten: true }).map(({ address: found }) => found);
}
