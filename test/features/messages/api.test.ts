import assert from 'node:assert/strict';
import Joi from 'joi';
import { type MessageAnswer, messageAnswer } from '../../../plugin/features/messages/api.js';
import { problem } from '../../../plugin/web/operations.js';
import { MessageStore } from '../../../plugin/features/messages/store.js';
import type { Problem } from '../../../plugin/web/problems.js';
import { engines } from '../../support/app.js';
import { addAccount } from '../../support/fixtures.js';
import { configInjections, naughtyStrings } from '../../addresses/vectors.js';
import { body, useServedScene } from './scene.js';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** A message or a problem. */
  readonly json: Pick<MessageAnswer, 'id' | 'state' | 'subject' | 'recipients'> &
    Pick<Problem, 'code' | 'detail' | 'errors'>;
}

for (const engine of engines) {
  describe(`the API for messages on ${engine}`, () => {
    const { scene, web } = useServedScene(engine);
    let token: string;

    before(async () => {
      const scopes = ['messages.send', 'messages.view'] as const;
      token = await scene.app.features.apiTokens.create(scene.marie, { title: 'Shop', scopes });
    });

    const ask = async (path: string, init: RequestInit = {}, as = token): Promise<Answer> => {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${as}`);
      const response = await fetch(`${web.url}/api/v1${path}`, { ...init, headers });
      return {
        status: response.status,
        headers: response.headers,
        json: (await response.json()) as Answer['json'],
      };
    };
    const post = (sent: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
      ask('/messages', {
        method: 'POST',
        body: JSON.stringify(sent),
        headers: { 'content-type': 'application/json', ...headers },
      });
    const count = async (): Promise<number> =>
      (await scene.app.db.knex('messages').pluck('id')).length;

    it('queues a message and returns its location', async () => {
      const sent = await post({
        ...body,
        to: ['Anna@Elsewhere.test', 'paul@bücher.example'],
        cc: ['cc@elsewhere.test'],
        bcc: ['bcc@elsewhere.test'],
        replyTo: 'answers@marie.example',
      });
      assert.equal(sent.status, 202);
      assert.equal(sent.headers.get('location'), `/api/v1/messages/${sent.json.id}`);
      Joi.assert(sent.json, messageAnswer);
      const read = await ask(`/messages/${sent.json.id}`);
      assert.equal(read.status, 200);
      assert.equal(read.headers.get('cache-control'), 'no-store');
      Joi.assert(read.json, messageAnswer);
      assert.deepEqual(read.json, sent.json);
      assert.equal(read.json.state, 'queued');
      assert.deepEqual(
        read.json.recipients.map(({ field, address }) => [field, address]),
        [
          ['to', 'anna@elsewhere.test'],
          ['to', 'paul@xn--bcher-kva.example'],
          ['cc', 'cc@elsewhere.test'],
          ['bcc', 'bcc@elsewhere.test'],
        ],
      );
    });

    it('accepts the same message under the same key once, also concurrently', async () => {
      const headers = { 'idempotency-key': '"8e03978e-40d5"' };
      const answers = await Promise.all(Array.from({ length: 12 }, () => post(body, headers)));
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [202]);
      assert.equal(new Set(answers.map(({ json }) => json.id)).size, 1);
      const reordered = Object.fromEntries(Object.entries(body).toReversed());
      assert.equal((await post(reordered, headers)).json.id, answers[0]?.json.id);
      assert.equal((await post(body, { 'idempotency-key': '8e03978e-40d5' })).status, 202);
      assert.equal(await count(), 1);
    });

    it('rejects another message under the same key, and accepts it under another key', async () => {
      const headers = { 'idempotency-key': '"k"' };
      await post(body, headers);
      for (const other of [
        { subject: 'x' },
        { to: ['b@x.test'] },
        { cc: ['b@x.test'] },
        { bcc: ['b@x.test'] },
        { replyTo: 'b@x.test' },
        { html: 'x' },
        { text: 'y' },
      ]) {
        const refused = await post({ ...body, ...other }, headers);
        assert.equal(refused.status, 422);
        assert.equal(refused.json.code, 'errors.idempotency-key-reused');
        Joi.assert(refused.json, problem);
      }
      assert.equal((await post({ ...body, text: 'y' }, { 'idempotency-key': '"l"' })).status, 202);
      assert.equal((await post(body)).status, 202);
      assert.equal(await count(), 3);
    });

    for (const key of ['', '"', '"a', 'a b', `"${'x'.repeat(256)}"`, '"é"', '"a"b"']) {
      it(`rejects a malformed key: ${key.slice(0, 20)}`, async () => {
        const refused = await post(body, {
          'idempotency-key': Buffer.from(key).toString('latin1'),
        });
        assert.equal(refused.status, 400);
        assert.equal(refused.json.code, 'errors.idempotency-key');
      });
    }

    const attachment = { filename: 'a', contentType: 'text/plain', content: 'YQ==' };
    it('rejects an invalid message, naming every field', async () => {
      const { status, json } = await post({ ...body, to: ['a@b.test', 'a'], subject: 1 });
      assert.equal(status, 422);
      Joi.assert(json, problem);
      assert.deepEqual(
        Object.fromEntries((json.errors ?? []).map((each) => [each.pointer, each.code])),
        {
          '#/to/1': 'errors.address.no-at',
          '#/subject': 'errors.field.string.base',
        },
      );
      const { json: other } = await post({ ...body, service: 'nothing' });
      assert.equal(other.errors?.[0]?.code, 'messages.errors.no-service');
      assert.match(other.errors?.[0]?.detail ?? '', /purchasing, sales, production/);
      assert.equal(await count(), 0);
    });

    it('stores a message of nearly 25 MB in pieces', async () => {
      const bytes = Buffer.alloc(24 * 1024 * 1024, 'relais');
      const large = { ...attachment, content: bytes.toString('base64') };
      const empty = { ...attachment, filename: 'empty', content: '' };
      const { status, json } = await post({ ...body, attachments: [attachment, empty, large] });
      assert.equal(status, 202);
      const kept = await new MessageStore(scene.app.db).content(json.id);
      assert.deepEqual(
        kept?.attachments.map(({ content }) => content),
        [Buffer.from('a'), Buffer.alloc(0), bytes],
      );
    });

    it('reads a message’s content without its attachments', async () => {
      const large = { ...attachment, content: Buffer.alloc(3_000_000).toString('base64') };
      const { json } = await post({ ...body, attachments: [large] });
      let read = 0;
      const measure = (answer: unknown): void => {
        read += JSON.stringify(answer).length;
      };
      scene.app.db.knex.on('query-response', measure);
      const text = await scene.app.features.messages.text(scene.marie, json.id);
      scene.app.db.knex.off('query-response', measure);
      assert.equal(text?.attachments[0]?.bytes, 3_000_000);
      assert.ok(read > 0 && read < 10_000, `${read} characters`);
    });

    it('rejects a body that is too large, is not JSON, or is no object', async () => {
      const huge = await post({ ...body, text: 'x'.repeat(37 * 1024 * 1024) });
      assert.deepEqual([huge.status, huge.json.code], [413, 'errors.too-large']);
      const form = await ask('/messages', {
        method: 'POST',
        body: new URLSearchParams(body as never),
      });
      assert.deepEqual([form.status, form.json.code], [400, 'errors.not-json']);
      const headers = { 'content-type': 'application/json' };
      for (const [text, status] of [
        ['{', 400],
        ['[]', 422],
        ['null', 400],
        ['', 400],
      ] as const) {
        const answer = await ask('/messages', { method: 'POST', body: text, headers });
        assert.equal(answer.status, status, text);
        Joi.assert(answer.json, problem);
      }
    });

    it('rejects a message at once when no confirmed server can send it', async () => {
      await scene.app.db.knex('smtp_servers').update({ confirmation: 'sent' });
      const { status, json } = await post(body);
      assert.equal(status, 422);
      assert.equal(json.errors?.[0]?.code, 'messages.errors.no-server');
    });

    it('hides messages from other accounts, also from an administrator’s token', async () => {
      const { json } = await post(body);
      const scopes = ['messages.view'] as const;
      const { apiTokens } = scene.app.features;
      const adminId = await addAccount(scene.app, `root-${engine}`, { role: 'administrator' });
      for (const accountId of [scene.paul.accountId, scene.reseller.accountId, adminId]) {
        const other = await apiTokens.create({ ...scene.paul, accountId }, { title: 'x', scopes });
        const answer = await ask(`/messages/${json.id}`, {}, other);
        assert.deepEqual([answer.status, answer.json.code], [404, 'errors.not-found']);
      }
    });

    it('requires the scope of a route', async () => {
      const scopes = ['messages.view'] as const;
      const reading = await scene.app.features.apiTokens.create(scene.marie, {
        title: 'R',
        scopes,
      });
      const answer = await ask('/messages', { method: 'POST' }, reading);
      assert.deepEqual([answer.status, answer.json.code], [403, 'errors.not-in-scope']);
      assert.match(answer.json.detail, /messages\.send/);
    });

    it('limits messages per minute, and sends Retry-After', async () => {
      await scene.app.db.knex('rate_limits').insert({
        key: `message:${scene.marie.accountId}`,
        hits: 119,
        resets_at: Date.now() + 60_000,
      });
      assert.equal((await post(body)).status, 202);
      const refused = await post(body);
      assert.equal(refused.status, 429);
      assert.equal(refused.headers.get('retry-after'), '60');
    });

    it('answers an unknown path with a problem', async () => {
      for (const path of ['/nothing', '/messages/x', '/messages/0']) {
        const answer = await ask(path);
        assert.equal(answer.status, 404, path);
        Joi.assert(answer.json, problem);
      }
    });

    it('rejects hostile texts without a server error', async () => {
      for (const [index, text] of [...configInjections(), ...naughtyStrings()].entries()) {
        if (index % 50 === 0) {
          await scene.app.db.knex('rate_limits').delete();
        }
        const answer = await post({
          service: text,
          to: [text],
          subject: text,
          text,
          attachments: [{ filename: text, contentType: text, content: text }],
        });
        assert.equal(answer.status, 422, JSON.stringify(text));
        const subject = await post({ ...body, subject: text, text: text || '.' });
        assert.ok([202, 422].includes(subject.status), JSON.stringify(text));
        if (subject.status === 202) {
          assert.equal(subject.json.subject, text);
        }
      }
    });
  });
}
