import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import { createHash } from 'node:crypto';
import { MessageStore } from '../../../plugin/features/messages/store.js';
import { engines, startTestWeb } from '../../support/app.js';
import { type Answer, Program, answerTo } from './program.js';
import { Scene, body, useServedScene } from './scene.js';

const megabyte = 1024 * 1024;
const attachment = { filename: 'a', contentType: 'text/plain', content: 'YQ==' };

for (const engine of engines) {
  describe(`a submission on ${engine}`, () => {
    const { scene, web } = useServedScene(engine);
    let program: Program;

    before(async () => {
      program = await Program.of(scene, web);
    });

    const setHits = async (hits: number): Promise<void> => {
      const resets_at = Date.now() + 60_000;
      const key = `message:${scene.marie.accountId}`;
      await scene.app.db.knex('rate_limits').insert({ key, hits, resets_at });
    };
    const kept = async (id: number): Promise<readonly (string | undefined)[]> => {
      const content = await new MessageStore(scene.app.db).content(id);
      return (content?.attachments ?? []).map(({ content: bytes }) => digestOf(bytes));
    };

    for (const [what, sent] of [
      ['no JSON', '{'],
      ['an invalid message', { ...body, to: [] }],
      ['an unknown service', { ...body, service: 'nothing' }],
    ] as const) {
      it(`counts towards the limit when it is rejected: ${what}`, async () => {
        await setHits(119);
        assert.ok([400, 422].includes((await program.post(sent)).status));
        const refused = await program.post(body);
        assert.deepEqual([refused.status, refused.json.code], [429, 'errors.too-many-attempts']);
        assert.equal(refused.headers.get('retry-after'), '60');
      });
    }

    it('counts once for every 4 MB when it is rejected, and once when it is accepted', async () => {
      const hits = async (): Promise<readonly number[]> =>
        await scene.app.db.knex('rate_limits').pluck('hits');
      const attachments = [{ ...attachment, content: 'A'.repeat(9 * megabyte) }];
      await program.post({ ...body, attachments });
      assert.deepEqual(await hits(), [1]);
      await program.post({ ...body, attachments, service: 'nothing' });
      assert.deepEqual(await hits(), [1 + 3]);
      await program.post(`{"a":"${'a'.repeat(9 * megabyte)}`);
      assert.deepEqual(await hits(), [1 + 3 + 3]);
      await scene.app.db.knex('rate_limits').update({ hits: 119 });
      const last = await program.post({ ...body, attachments, service: 'nothing' });
      assert.equal(last.status, 422);
      assert.equal((await program.post(body)).status, 429);
    });

    it('counts towards the limit before it is read', async () => {
      await setHits(120);
      const begun = program.begin(30 * megabyte, '{');
      assert.equal((await answerTo(begun)).statusCode, 429);
      begun.destroy();
    });

    it('is read to its end when its beginning is rejected, so that every client gets the answer', async () => {
      const beginning = '['.repeat(20_000);
      const begun = program.begin(30 * megabyte, beginning);
      assert.equal((await answerTo(begun)).statusCode, 400);
      begun.end(Buffer.alloc(30 * megabyte - beginning.length, ' '));
      await once(begun, 'finish');
    });

    it('has an answer that is never cached', async () => {
      const init = { method: 'POST', headers: program.headers(), body: JSON.stringify(body) };
      const accepted = await program.ask('/v1/messages', init);
      await setHits(120).catch(() => scene.app.db.knex('rate_limits').update({ hits: 120 }));
      const answers = [
        [202, accepted],
        [
          200,
          await program.ask(`/v1/messages/${accepted.json.id}`, { headers: program.headers() }),
        ],
        [429, await program.post(body)],
        [401, await program.ask('/v1/messages', { ...init, headers: {} })],
        [
          401,
          await program.ask('/v1/messages', { ...init, headers: { authorization: 'Bearer x' } }),
        ],
        [404, await program.ask('/v1/messages/0', { headers: program.headers() })],
        [404, await program.ask('/nothing', {})],
      ] as const;
      for (const [status, answer] of answers) {
        assert.equal(answer.status, status);
        assert.equal(answer.headers.get('cache-control'), 'no-store', String(status));
      }
    });

    it('can be long and escaped, and is stored unchanged', async () => {
      const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 97) % 256));
      const base64 = bytes.toString('base64');
      const text = 'é"\\\n😀'.repeat(10_000);
      const sent = JSON.stringify({
        ...body,
        text,
        attachments: [
          { ...attachment, content: base64 },
          { ...attachment, content: 'AS SLASHES ARE ESCAPED' },
          { ...attachment, content: 'AS ALL IS ESCAPED' },
          { ...attachment, content: base64.replace(/=+$/, '') },
        ],
      })
        .replace('AS SLASHES ARE ESCAPED', base64.replaceAll('/', '\\/'))
        .replace('AS ALL IS ESCAPED', base64.replaceAll(/[+/A]/g, escaped))
        .replaceAll('é', '\\u00e9');
      const answer = await program.post(sent);
      assert.equal(answer.status, 202);
      assert.deepEqual(await kept(answer.json.id), Array(4).fill(digestOf(bytes)));
      const said = await scene.app.features.messages.text(scene.marie, answer.json.id);
      assert.equal(said?.text, text);
    });

    const long = 'A'.repeat(100_000);
    const refusals: [what: string, sent: object | string, at: string, code: string][] = [
      [
        'Base64 with another letter',
        { ...body, attachments: [attachment, { ...attachment, content: `${long}%${long}` }] },
        '#/attachments/1/content',
        'messages.errors.base64',
      ],
      [
        'Base64 that is padded in the middle',
        { ...body, attachments: [{ ...attachment, content: `${long}YQ==${long}` }] },
        '#/attachments/0/content',
        'messages.errors.base64',
      ],
      [
        'Base64 with an invalid escape',
        JSON.stringify({
          ...body,
          attachments: [{ ...attachment, content: `${long}%${long}` }],
        }).replace('%', '\\x'),
        '#/attachments/0/content',
        'messages.errors.base64',
      ],
      [
        'Base64 with letters of Base64url',
        { ...body, attachments: [{ ...attachment, content: `${long}-_AA${long}` }] },
        '#/attachments/0/content',
        'messages.errors.base64',
      ],
      [
        'attachments of which no other is looked at once one is wrong',
        {
          ...body,
          attachments: ['%', '&'].map((each) => ({ ...attachment, content: long + each })),
        },
        '#/attachments/0/content',
        'messages.errors.base64',
      ],
      [
        'attachments that are not looked at, since there is no such service',
        {
          ...body,
          service: 'nothing',
          attachments: [{ ...attachment, content: `${long}%${long}` }],
        },
        '#/service',
        'messages.errors.no-service',
      ],
      ['a subject', { ...body, subject: long }, '#/subject', 'errors.field.string.max'],
      [
        'a text of a character too many',
        { ...body, text: 'é'.repeat(1_000_001) },
        '#/text',
        'errors.field.string.max',
      ],
      ['a text', { ...body, html: 'x'.repeat(7_000_000) }, '#/html', 'errors.field.string.max'],
      [
        'more attachments than 25 MB',
        {
          ...body,
          attachments: [1, 2].map(() => ({ ...attachment, content: 'A'.repeat(17_500_000) })),
        },
        '#',
        'messages.errors.too-large',
      ],
    ];
    for (const [what, sent, at, code] of refusals) {
      it(`is rejected with long contents: ${what}`, async () => {
        const { status, json } = await program.post(sent);
        assert.equal(status, 422);
        assert.deepEqual(
          json.errors?.map((each) => [each.pointer, each.code]),
          [[at, code]],
        );
      });
    }

    it('is rejected when a long text contains a control character', async () => {
      const sent = JSON.stringify({ ...body, text: long }).replace(long, `${long}\u0007`);
      const { status, json } = await program.post(sent);
      assert.deepEqual([status, json.code], [400, 'errors.not-json']);
    });

    it('is recognized under its key, with attachments of any length', async () => {
      const key = { 'idempotency-key': '"k"' };
      const content = Buffer.alloc(2_000_001, 'relais').toString('base64');
      const sent = {
        ...body,
        attachments: [attachment, { ...attachment, content, contentId: 'x' }],
      };
      const first = await program.post(sent, key);
      assert.equal((await program.post(sent, key)).json.id, first.json.id);
      const { service, to, subject, text } = body;
      const parts = [
        ['a', 'text/plain', 'YQ==', null],
        ['a', 'text/plain', content, 'x'],
      ];
      const before = JSON.stringify([service, to, subject, text, null, parts]);
      const { fingerprint } = await scene.app.db.knex('messages').first();
      assert.equal(fingerprint, digestOf(Buffer.from(before)));
      const other = {
        ...sent,
        attachments: [
          attachment,
          { ...attachment, content: `${content.slice(0, -4)}AAAA`, contentId: 'x' },
        ],
      };
      assert.equal((await program.post(other, key)).json.code, 'errors.idempotency-key-reused');
    });

    it('is read two at a time when large, while others are told to wait', async () => {
      const begun = [1, 2, 3].map(() => program.begin(2 * megabyte, '{'));
      const third = await Promise.race(begun.map(answerTo));
      assert.equal(third.statusCode, 429);
      assert.equal(third.headers['retry-after'], '60');
      assert.match(await textOf(third), /errors.too-many-large/);
      assert.equal((await program.post(body)).status, 202);
      begun.forEach((each) => each.destroy());
      const attachments = [{ ...attachment, content: 'A'.repeat(2 * megabyte) }];
      const sendLarge = async (): Promise<Answer> => {
        await scene.app.db.knex('rate_limits').delete();
        return await program.post({ ...body, attachments });
      };
      await until(sendLarge, ({ status }) => status === 202);
    });
  });

  describe(`a submission while the disk is nearly full, on ${engine}`, () => {
    it('is rejected with a sentence, and not read', async () => {
      const scene = await Scene.open(engine, { RELAIS_LEAST_FREE: String(1024 ** 3) });
      const web = await startTestWeb(scene.app);
      try {
        await scene.addServer(587);
        const program = await Program.of(scene, web);
        const { status, json } = await program.post(body);
        assert.deepEqual([status, json.code], [507, 'errors.no-room']);
        assert.match(json.detail, /too little free disk space/);
        const begun = program.begin(30 * megabyte, '{');
        assert.equal((await answerTo(begun)).statusCode, 507);
        begun.destroy();
        assert.equal((await scene.app.db.knex('messages').pluck('id')).length, 0);
      } finally {
        await web.stop();
        await scene.close();
      }
    });
  });
}

function escaped(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function until<T>(attempt: () => Promise<T>, isRight: (result: T) => boolean): Promise<T> {
  for (;;) {
    const result = await attempt();
    if (isRight(result)) {
      return result;
    }
  }
}
