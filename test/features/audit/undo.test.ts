import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { EmailAddress, IpAddress } from '../../../plugin/addresses/index.js';
import type { UnknownRecipients } from '../../../plugin/features/domain-mail/policies/index.js';
import { newMailboxForm } from '../../../plugin/features/mailboxes/forms.js';
import { DomainName } from '../../../plugin/addresses/index.js';
import { defineMailViews } from '../../../plugin/mail-server/define-views.js';
import type { Preview } from '../../../plugin/previews/preview.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { addEntries } from '../../support/entries.js';
import { useTestApp } from '../../support/opened.js';

const domains = Array.from({ length: 8 }, (_none, index) => `d${index}.example`);
const rounds = 80;

const oneOf = <T>(values: readonly T[]): T => {
  const [value] = values.slice(randomInt(values.length));
  return value as T;
};

const somePolicy = (): UnknownRecipients =>
  oneOf([
    (): UnknownRecipients => ({ policy: 'reject', text: oneOf([undefined, 'Nobody.', 'No.']) }),
    (): UnknownRecipients => ({ policy: 'bounce', text: oneOf(['Gone.', 'Call us.']) }),
    (): UnknownRecipients => ({
      policy: 'forward',
      to: EmailAddress.parse(oneOf(['a@elsewhere.test', 'b@elsewhere.test'])),
    }),
    (): UnknownRecipients => ({
      policy: 'redirect',
      ip: IpAddress.parse(oneOf(['9.9.9.9', '8.8.4.4'])),
      port: oneOf([25, 2525]),
    }),
  ])();

for (const engine of engines) {
  describe(`undoing on ${engine}`, () => {
    const app = useTestApp(engine);
    let marie: Viewer;
    let ids: readonly number[];
    let mailboxes: readonly { readonly id: number; readonly domain: string }[];

    before(async () => {
      const planId = await addPlan(app);
      marie = await viewerOf(app, await addAccount(app, 'marie', { planId }));
      for (const domain of domains) {
        await addDomain(app, domain, 'marie');
      }
      mailboxes = await Promise.all(
        domains.map(async (domain) => {
          const typed = { address: 'box', password: 'seven tall herons wading' };
          const form = parseForm(newMailboxForm(DomainName.parse(domain)), typed);
          return { domain, id: await app.features.mailboxes.create(app.operator, domain, form) };
        }),
      );
      ids = await app.db.knex('domains').orderBy('id').pluck('id');
    });

    /** Every row of every view, and the settings. */
    const state = async (): Promise<readonly string[]> => {
      const names = Object.keys(defineMailViews(app.db.engine));
      const views = await Promise.all(
        names.map(async (name) => [name, rowsIn(await app.db.knex(name))] as const),
      );
      const settings = await app.features.settings.read();
      return [
        ...views.flatMap(([name, rows]) => rows.map((row) => `${name} ${row}`)),
        JSON.stringify(settings),
      ];
    };
    const settingsOf = async (domain: string): Promise<unknown> => {
      const { settings } = await app.features.domainMail.page(marie, domain);
      return JSON.parse(JSON.stringify(settings));
    };
    const lastAct = async (): Promise<number> => {
      const act = await app.db
        .knex('audit_acts')
        .where({ owner_id: 0, reseller_id: 0 })
        .orderBy('id', 'desc')
        .first('id');
      return Number(act.id);
    };
    const preview = async (viewer: Viewer, act: number): Promise<Preview> => {
      const { undoing, previews } = app.features;
      return await previews.whole(viewer, await undoing.prepare(viewer, act));
    };
    const undo = async (viewer: Viewer, act: number) => {
      const { id } = await preview(viewer, act);
      const applied = await app.features.previews.apply(viewer, id);
      assert.ok('result' in applied);
      return applied.result;
    };

    const changeOne = async (domain = oneOf(domains)): Promise<void> => {
      const settings = oneOf([
        () => ({ unknown: somePolicy() }),
        () => ({ enabled: randomInt(2) === 0 }),
        () => ({ webmail: oneOf(['roundcube', 'sogo', undefined]) }),
        () => ({ enabled: true, unknown: somePolicy(), webmail: undefined }),
      ])();
      await app.features.domainMail.change(marie, domain, { settings });
    };
    const changeMany = async (): Promise<void> => {
      const { previews } = app.features;
      const { table, actions } = await app.features.onDomains();
      const [key, wanted] = oneOf([
        ['on', { enabled: true }],
        ['off', { enabled: false }],
        ['webmail', { webmail: oneOf(['roundcube', null]) }],
        ['unknown', { policy: { key: 'bounce', texts: { bounceText: oneOf(['X.', 'Y.']) } } }],
        ['unknown', { policy: { key: 'forward', texts: { forwardTo: 'c@elsewhere.test' } } }],
      ] as const);
      const action = actions.find((each) => each.key === key);
      assert.ok(action);
      const some = ids.filter(() => randomInt(3) > 0);
      const id = await previews.create(
        marie,
        { table, action },
        { wanted, selection: { kind: 'rows', ids: some }, list: '/domains' },
      );
      await previews.whole(marie, id);
      await previews.apply(marie, id);
    };
    const changeMailbox = async (): Promise<void> => {
      const { id, domain } = oneOf(mailboxes);
      const { mailboxes: verbs } = app.features;
      await oneOf([
        async () => {
          await verbs.suspend(marie, domain, id, true);
        },
        async () => {
          await verbs.resume(marie, domain, id);
        },
        async () => {
          await verbs.change(marie, domain, id, {
            displayName: oneOf(['Box', 'Boîte', '']),
            quotaMegabytes: oneOf([0, 100, 250]),
            imap: randomInt(2) === 0,
            pop3: randomInt(2) === 0,
          });
        },
      ])();
    };
    const changeSettings = async (): Promise<void> => {
      await app.features.settings.change(app.operator, {
        'mail-hosts': oneOf([[], ['mx.example'], ['mx.example', 'mx2.example']]),
        'smtp-plain-login': randomInt(2) === 0,
      });
    };

    it(`takes back ${rounds} random changes completely, and its own changes, too`, async () => {
      let undone = 0;
      for (let round = 0; round < rounds; round += 1) {
        const before = await state();
        const last = await lastAct();
        await oneOf([changeOne, changeMany, changeMailbox, changeSettings])();
        const act = await lastAct();
        const after = await state();
        if (act === last) {
          assert.deepEqual(after, before, 'nothing has changed');
          continue;
        }
        const by = oneOf([app.operator, ...(await mayUndo(marie, act))]);
        const result = await undo(by, act);
        assert.deepEqual([result.refused, result.moved ?? 0], [0, 0], JSON.stringify(result));
        assert.deepEqual(await state(), before);
        await undo(by, await lastAct());
        assert.deepEqual(await state(), after);
        undone += 1;
      }
      assert.ok(undone > rounds / 3, `${undone} changes`);
    });

    const mayUndo = async (viewer: Viewer, act: number): Promise<readonly Viewer[]> => {
      const found = await app.features.acts.find(viewer.scope, act).catch(() => undefined);
      return found !== undefined &&
        (await app.features.undoing.undoneWith(viewer, found.act)).length > 0
        ? [viewer]
        : [];
    };

    it('leaves and names rows that were changed since, before the preview or after it', async () => {
      for (let round = 0; round < 15; round += 1) {
        const before = await Promise.all(domains.map(settingsOf));
        const last = await lastAct();
        await changeMany();
        const act = await lastAct();
        if (act === last) {
          continue;
        }
        const { entries } = (await app.features.acts.find(marie.scope, act)).act;
        const changed = await Promise.all(domains.map(settingsOf));
        const touch = async (domain: string, text: string): Promise<void> => {
          const settings = { enabled: true, unknown: { policy: 'bounce', text } } as const;
          await app.features.domainMail.change(app.operator, domain, { settings });
        };
        const [early, late] = [oneOf(domains.slice(0, 4)), oneOf(domains.slice(4))];
        await touch(early, `early ${round}`);
        const { id } = await preview(marie, act);
        await touch(late, `late ${round}`);
        const since = await Promise.all(domains.map(settingsOf));
        const applied = await app.features.previews.apply(marie, id);
        assert.ok('result' in applied);
        const now = await Promise.all(domains.map(settingsOf));
        for (const [index, domain] of domains.entries()) {
          const isTouched = domain === early || domain === late;
          assert.deepEqual(now[index], (isTouched ? since : before)[index], domain);
        }
        const isChanged = (domain: string): boolean =>
          JSON.stringify(before[domains.indexOf(domain)]) !==
          JSON.stringify(changed[domains.indexOf(domain)]);
        const skipped = [early, late].filter(isChanged).length;
        assert.equal(applied.result.changed, entries - skipped);
      }
    });

    it('names removed subjects, and does not mistake others of the same name for them', async () => {
      await addDomain(app, 'short.example', 'marie');
      await app.features.domainMail.change(marie, 'short.example', {
        settings: { enabled: false },
      });
      const act = await lastAct();
      const confirmation = DomainName.parse('short.example');
      await app.panel.domains.remove(app.operator, 'short.example', { confirmation });
      for (const again of [false, true]) {
        if (again) {
          const { id } = await app.db.knex('removals').where({ name: 'short.example' }).first('id');
          await app.features.removedThings.erase(app.operator, Number(id));
          await addDomain(app, 'short.example', 'marie');
        }
        const { counts, id } = await preview(marie, act);
        assert.deepEqual(counts, { 'will-change': 0, 'already-so': 0, refused: 1 });
        const [row] = await app.db.knex('preview_rows').where({ preview_id: id });
        assert.equal(row.name, 'short.example');
        const [reason] = await app.db.knex('preview_classes').where({ preview_id: id });
        assert.match(reason.reasons, /previews\.undo\.gone/);
      }
    });

    it('does not restore what is no longer permitted', async () => {
      const domain = 'd0.example';
      const { domainMail } = app.features;
      await domainMail.change(marie, domain, { settings: { webmail: 'sogo' } });
      await domainMail.change(marie, domain, { settings: { webmail: undefined } });
      const act = await lastAct();
      await app.db.knex('plans').update({ webmails: JSON.stringify(['roundcube']) });
      const { counts } = await preview(marie, act);
      assert.deepEqual(counts, { 'will-change': 0, 'already-so': 0, refused: 1 });
      await app.db.knex('plans').update({ webmails: JSON.stringify(['roundcube', 'sogo']) });
    });

    it('is offered within the scope and the permissions alone', async () => {
      await app.features.domainMail.change(marie, 'd1.example', {
        settings: { unknown: { policy: 'bounce', text: `of ${Date.now()}` } },
      });
      const act = await lastAct();
      const other = await viewerOf(app, await addAccount(app, 'other'));
      await assert.rejects(app.features.undoing.prepare(other, act), { name: 'NotFoundError' });
      const reader = { ...marie, permissions: new Set(['audit.view']) };
      await assert.rejects(app.features.undoing.prepare(reader, act), { name: 'ForbiddenError' });
      await addDomain(app, 'kept.example', 'marie');
      await assert.rejects(app.features.undoing.prepare(marie, await lastAct()), {
        name: 'ForbiddenError',
      });
      await addEntries(app.db, [
        { action: 'api-token.revoked', subject: 'token', owner_id: marie.accountId },
      ]);
      await assert.rejects(app.features.undoing.prepare(marie, await lastAct()), {
        name: 'NotFoundError',
      });
    });
  });
}

function rowsIn(rows: readonly object[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted((one, other) => (one < other ? -1 : 1));
}
