import assert from 'node:assert/strict';
import Sqlite from 'better-sqlite3';
import { ForbiddenError, NotFoundError, UnauthorizedError } from '../../../plugin/errors.js';
import { mostTokens } from '../../../plugin/features/api-tokens/api-token.js';
import { parseTokenForm } from '../../../plugin/features/api-tokens/forms.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { engines } from '../../support/app.js';
import { addAccount, addPlan, viewerOf } from '../../support/fixtures.js';
import { refusedFields } from '../../support/refusals.js';
import { Visitor } from '../../support/visitor.js';
import { useServedApp } from '../../support/served-app.js';

const form = { title: 'Shop', scopes: ['messages.send'] } as const;
const ip = '198.51.100.9';

for (const engine of engines) {
  describe(`API tokens on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let marie: Viewer;
    let paul: Viewer;

    before(async () => {
      const planId = await addPlan(app);
      const parentId = await addAccount(app, 'reseller', { role: 'reseller' });
      marie = await viewerOf(app, await addAccount(app, 'marie', { planId, parentId }));
      paul = await viewerOf(app, await addAccount(app, 'paul', { planId }));
    });

    const refuseUpdates = async (): Promise<void> => {
      const refusal =
        engine === 'sqlite'
          ? "BEGIN SELECT RAISE(ABORT, 'no'); END"
          : "FOR EACH ROW SIGNAL SQLSTATE '45000'";
      await app.db.knex.raw(`CREATE TRIGGER no_updates BEFORE UPDATE ON api_tokens ${refusal}`);
    };
    const onlyToken = async ({ accountId }: Viewer) =>
      await app.db.knex('api_tokens').where({ owner_id: accountId }).orderBy('id', 'desc').first();

    it('are shown once, and stored as a digest', async () => {
      const visitor = await Visitor.signedIn(web, app, marie.accountId);
      assert.match(
        (await visitor.get('/api-tokens/new')).text,
        /scope\.messages\.send" value="1" checked/,
      );
      const page = await visitor.post('/api-tokens/new', {
        title: 'Newsletter',
        'scope.messages.send': '1',
      });
      assert.equal(page.headers.get('cache-control'), 'no-store');
      const token = /relais_[\w-]{43}/.exec(page.text)?.[0] ?? '';
      assert.match(page.text, /curl -H .*\/\/127\.0\.0\.1:\d+\/api\/v1\/messages</);
      assert.match(page.text, /<pre [^>]*id="example"[^]*data-for="example"/);
      assert.equal((await app.features.apiTokens.viewer(token, ip)).accountId, marie.accountId);

      const row = await onlyToken(marie);
      assert.ok(!JSON.stringify(row).includes(token.slice('relais_'.length)));
      assert.doesNotMatch((await visitor.get('/api-tokens')).text, /relais_[\w-]{43}/);
      assert.match((await visitor.get('/api-tokens')).text, /Newsletter/);
      assert.match(
        (await visitor.get('/api-tokens')).text,
        /\/revocation" title="Revoke Newsletter…"/,
      );
    });

    it('act for their account only, within their scopes', async () => {
      const token = await app.features.apiTokens.create(paul, form);
      const viewer = await app.features.apiTokens.viewer(token, ip);
      assert.deepEqual(viewer.scope, { kind: 'owner', accountId: paul.accountId });
      assert.deepEqual([...viewer.permissions], ['messages.send']);
      assert.equal(viewer.origin, ip);
    });

    it('have no permission that the account’s plan withholds', async () => {
      const accountId = await addAccount(app, 'few-rights', { planId: await addPlan(app) });
      const token = await app.features.apiTokens.create(await viewerOf(app, accountId), form);
      const plan = app.db
        .knex('plans')
        .whereIn('id', app.db.knex('accounts').where({ id: accountId }).select('plan_id'));
      await plan.clone().update({ permissions: '["api-tokens.manage"]' });
      const { permissions } = await app.features.apiTokens.viewer(token, ip);
      assert.equal(permissions.size, 0);
      await plan.clone().update({ permissions: '["messages.send"]' });
      await assert.rejects(app.features.apiTokens.viewer(token, ip), ForbiddenError);
    });

    it('record when they were last used', async () => {
      const token = await app.features.apiTokens.create(marie, form);
      assert.equal((await onlyToken(marie)).last_used_at, null);
      await app.features.apiTokens.viewer(token, ip);
      assert.ok(Date.now() - (await onlyToken(marie)).last_used_at < 60_000);
    });

    it('authenticate although their use cannot be recorded', async () => {
      const token = await app.features.apiTokens.create(marie, form);
      await refuseUpdates();
      try {
        const viewer = await app.features.apiTokens.viewer(token, ip);
        assert.equal(viewer.accountId, marie.accountId);
        assert.equal((await onlyToken(marie)).last_used_at, null);
      } finally {
        await app.db.knex.raw('DROP TRIGGER no_updates');
      }
    });

    if (engine === 'sqlite') {
      it('wait for another writing process before their use is recorded', async () => {
        const token = await app.features.apiTokens.create(marie, form);
        const { location } = app.db;
        const other = new Sqlite(location.engine === 'sqlite' ? location.file : '');
        other.exec('BEGIN IMMEDIATE');
        const asked = app.features.apiTokens.viewer(token, ip);
        setTimeout(() => other.exec('COMMIT').close(), 300);
        await asked;
        assert.notEqual((await onlyToken(marie)).last_used_at, null);
      });
    }

    it('are invalid once revoked, and while the account or its reseller is suspended', async () => {
      const { apiTokens } = app.features;
      const token = await apiTokens.create(marie, form);
      const suspend = (login: string, suspended: number) =>
        app.db.knex('accounts').where({ login }).update({ suspended });
      for (const login of ['marie', 'reseller']) {
        await suspend(login, 1);
        await assert.rejects(apiTokens.viewer(token, ip), UnauthorizedError);
        await suspend(login, 0);
      }
      await apiTokens.viewer(token, ip);
      await apiTokens.revoke(marie, (await onlyToken(marie)).id);
      await assert.rejects(apiTokens.viewer(token, ip), UnauthorizedError);
    });

    it('of other accounts do not exist', async () => {
      await app.features.apiTokens.create(marie, form);
      const { id } = await onlyToken(marie);
      await assert.rejects(app.features.apiTokens.revoke(paul, id), NotFoundError);
      await assert.rejects(app.features.apiTokens.revoke(app.operator, id), NotFoundError);
      const visitor = await Visitor.signedIn(web, app, paul.accountId);
      assert.equal((await visitor.get(`/api-tokens/${id}/revocation`)).status, 404);
      assert.equal((await visitor.post(`/api-tokens/${id}/revocation`)).status, 404);
    });

    it('are revoked once under concurrent requests', async () => {
      const { apiTokens } = app.features;
      await apiTokens.create(marie, { ...form, title: 'Contested' });
      const { id } = await onlyToken(marie);
      const tries = Array.from({ length: 20 }, () => apiTokens.revoke(marie, id));
      const results = await Promise.allSettled(tries);
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      const entries = { action: 'api-token.revoked', subject: 'Contested' };
      assert.equal((await app.db.knex('audit_entries').where(entries)).length, 1);
    });

    it('are recorded in the activity of the account and its reseller, without the token', async () => {
      const token = await app.features.apiTokens.create(marie, { ...form, title: 'Audited' });
      await app.features.apiTokens.revoke(marie, (await onlyToken(marie)).id);
      const entries = await app.db
        .knex('audit_entries')
        .where({ subject: 'Audited' })
        .orderBy('id');
      assert.deepEqual(
        entries.map(({ action }) => action),
        ['api-token.created', 'api-token.revoked'],
      );
      assert.ok(entries.every(({ reseller_id }) => reseller_id !== null));
      assert.ok(!JSON.stringify(entries).includes(token));
    });

    it('can be guessed a limited number of times from one network, also concurrently', async () => {
      const { apiTokens } = app.features;
      const tries = Array.from({ length: 120 }, (_, n) =>
        apiTokens.viewer(`relais_wrong${n}`, `2001:db8::${n}`).catch((error) => error.status),
      );
      const statuses = await Promise.all(tries);
      assert.equal(statuses.filter((status) => status === 401).length, 100);
      assert.equal(statuses.filter((status) => status === 429).length, 20);
      const good = await apiTokens.create(paul, form);
      await apiTokens.viewer(good, '2001:db8::1');
      await assert.rejects(apiTokens.viewer('relais_wrong', '2001:db8:0:1::1'), UnauthorizedError);
    });

    it(`are limited to ${mostTokens} for an account`, async () => {
      const many = await viewerOf(app, await addAccount(app, 'many'));
      for (let n = 0; n < mostTokens; n += 1) {
        await app.features.apiTokens.create(many, { ...form, title: `Number ${n}` });
      }
      assert.deepEqual(await refusedFields(() => app.features.apiTokens.create(many, form)), {
        title: 'api-tokens.errors.too-many',
      });
    });

    it('are as limited if they are created at once', async () => {
      const { apiTokens } = app.features;
      const hasty = await viewerOf(app, await addAccount(app, 'hasty'));
      const tries = Array.from({ length: mostTokens + 10 }, () => apiTokens.create(hasty, form));
      const made = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
      assert.equal(made.length, mostTokens);
    });
  });
}

describe('the form of an API token', () => {
  const cases: [why: string, body: unknown, refused: Record<string, string> | undefined][] = [
    ['all there', { title: 'Shop', 'scope.messages.view': '1' }, undefined],
    ['empty', {}, { title: 'errors.field.any.required', scopes: 'api-tokens.errors.no-scope' }],
    [
      'no such scope',
      { title: 'Shop', 'scope.settings.manage': '1' },
      { scopes: 'api-tokens.errors.no-scope' },
    ],
    [
      'a title of two lines',
      { title: 'a\nb', 'scope.messages.view': '1' },
      { title: 'errors.field.string.pattern.name' },
    ],
  ];
  for (const [why, body, refused] of cases) {
    it(`is ${refused === undefined ? 'accepted' : 'rejected'}: ${why}`, async () => {
      assert.deepEqual(await refusedFields(async () => parseTokenForm(body)), refused);
    });
  }
});
