import assert from 'node:assert/strict';
import { ConflictError, InvalidInputError } from '../../../plugin/errors.js';
import { parseMailSettings } from '../../../plugin/features/domain-mail/forms.js';
import type { DomainRow } from '../../../plugin/panel/directory/domain.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain } from '../../support/fixtures.js';
import { Scene, refusalOfTargets } from './scene.js';
import { useOpened } from '../../support/opened.js';

async function assertLoops(submit: () => Promise<unknown>, line = 1): Promise<void> {
  assert.deepEqual(await refusalOfTargets(submit), ['aliases.errors.loop', line, '']);
}

for (const engine of engines) {
  describe(`aliases that would loop on ${engine}`, () => {
    const scene = useOpened(() => Scene.withBoxes(engine));

    it('are refused', async () => {
      const { marie, addAlias } = scene;
      await assertLoops(
        () => addAlias(marie, 'self@marie.example', 'box@marie.example', 'SELF@marie.example'),
        2,
      );
    });

    it('are refused through other aliases, also those of other accounts', async () => {
      const { marie, paul, addAlias, setAlias } = scene;
      await addAlias(marie, 'one@marie.example', 'box@marie.example');
      await addAlias(marie, 'two@marie.example', 'one@marie.example');
      await addAlias(paul, 'three@paul.example', 'two@marie.example');
      await assertLoops(() =>
        setAlias(marie, 'one@marie.example', {
          targets: ['three@paul.example', 'box@marie.example'],
        }),
      );
    });

    it('are refused through a domain that forwards unknown recipients', async () => {
      const { marie, addAlias, setAlias, forwardUnknown, rejectUnknown } = scene;
      await addAlias(marie, 'caught@marie.example', 'box@marie.example');
      await forwardUnknown('paul.example', 'caught@marie.example');
      await assertLoops(() =>
        setAlias(marie, 'caught@marie.example', { targets: ['nobody@paul.example'] }),
      );
      assert.equal(
        await refusalOfTargets(() =>
          setAlias(marie, 'caught@marie.example', { targets: ['box@paul.example'] }),
        ),
        undefined,
        'a mailbox is not caught',
      );
      await rejectUnknown();
    });

    it('are refused when their new address closes the loop', async () => {
      const { marie, addAlias, setAlias } = scene;
      await addAlias(scene.paul, 'waiting@paul.example', 'future@marie.example');
      await addAlias(marie, 'past@marie.example', 'waiting@paul.example');
      await assertLoops(() =>
        setAlias(marie, 'past@marie.example', { address: 'future@marie.example' }),
      );
    });

    it('are refused when aliases that follow a new address close the loop', async () => {
      const { marie, addAlias, setAlias, targetsOf } = scene;
      await addAlias(marie, 'former@marie.example', 'box@marie.example');
      await addAlias(marie, 'follower@marie.example', 'former@marie.example');
      const rename = { address: 'latter@marie.example', targets: ['follower@marie.example'] };
      await assertLoops(() => setAlias(marie, 'former@marie.example', rename));
      assert.deepEqual(await targetsOf('former@marie.example'), ['box@marie.example']);
      assert.deepEqual(await targetsOf('follower@marie.example'), ['former@marie.example']);
    });

    it('are refused when a renamed alias keeps its former address as a target', async () => {
      const { marie, addAlias, setAlias } = scene;
      await addAlias(marie, 'old@marie.example', 'box@marie.example');
      assert.deepEqual(
        await refusalOfTargets(() =>
          setAlias(marie, 'old@marie.example', {
            address: 'new@marie.example',
            targets: ['old@marie.example'],
          }),
        ),
        ['mailboxes.errors.target-unknown', 1, ''],
      );
    });

    it('are refused when they loop with a tag, whoever owns the addresses between', async () => {
      const { marie, paul, addAlias } = scene;
      await addAlias(marie, 'ping@marie.example', 'pong@paul.example');
      await addAlias(paul, 'middle@paul.example', 'ping+x@marie.example');
      for (const target of ['ping+x@marie.example', 'middle+y@paul.example']) {
        await assertLoops(() => addAlias(paul, 'pong@paul.example', target));
      }
      await assertLoops(() => addAlias(marie, 'own@marie.example', 'own+x@marie.example'));
    });

    it('are refused through a domain that forwards to a tagged address', async () => {
      const { marie, addAlias, setAlias, forwardUnknown, rejectUnknown } = scene;
      await addAlias(marie, 'net@marie.example', 'box@marie.example');
      await forwardUnknown('paul.example', 'net+all@marie.example');
      await assertLoops(() =>
        setAlias(marie, 'net@marie.example', { targets: ['ghost+x@paul.example'] }),
      );
      await rejectUnknown();
    });

    it('are refused through a domain’s owner, who receives its postmaster mail', async () => {
      const { app, marie, addAlias } = scene;
      await app.db
        .knex('accounts')
        .where({ login: 'paul' })
        .update({ email: 'desk@marie.example' });
      await assertLoops(() => addAlias(marie, 'desk@marie.example', 'postmaster+x@paul.example'));
    });

    it('cannot arise from an owner’s address that receives postmaster mail', async () => {
      const { app, marie, addAlias } = scene;
      await addAlias(marie, 'office@marie.example', 'postmaster@late.example');
      const email = 'office+late@marie.example';
      const id = await addAccount(app, 'late', { email });
      await assert.rejects(addDomain(app, 'late.example', 'late'), isLoopAt('name'));

      await app.db.knex('accounts').where({ id }).update({ email: 'late@owners.example' });
      await addDomain(app, 'late.example', 'late');
      const changed = app.changes.make(app.operator, async (changing) => {
        await changing.tx('accounts').where({ id }).update({ email });
        await app.panel.events.emit({ kind: 'account-address-changed', accountId: id }, changing);
      });
      await assert.rejects(changed, isLoopAt('email'));
    });

    it('are refused when they forward into an existing loop', async () => {
      const { app, marie, paul, addAlias } = scene;
      await addAlias(paul, 'round@paul.example', 'box@paul.example');
      await app.db
        .knex('alias_targets')
        .where({ target: 'box@paul.example' })
        .whereIn(
          'alias_id',
          app.db.knex('aliases').where({ address: 'round@paul.example' }).select('id'),
        )
        .update({ target: 'round+x@paul.example' });
      assert.deepEqual(
        await refusalOfTargets(() => addAlias(marie, 'into@marie.example', 'round@paul.example')),
        ['aliases.errors.leads-into-loop', 1, ''],
      );
    });

    it('cannot arise from the removal of a mailbox between', async () => {
      const { app, marie, paul, addMailbox, addAlias, forwardUnknown, rejectUnknown } = scene;
      await addMailbox(marie, 'gate@marie.example');
      await addAlias(paul, 'detour@paul.example', 'gate@marie.example');
      await forwardUnknown('marie.example', 'detour@paul.example');
      const row = await scene.mailboxRow('gate@marie.example');
      await assert.rejects(
        app.features.mailboxes.remove(marie, 'marie.example', row?.id ?? 0),
        (error) => error instanceof ConflictError && error.key === 'mailboxes.errors.removal-loop',
      );
      await rejectUnknown();
      await app.features.mailboxes.remove(marie, 'marie.example', row?.id ?? 0);
    });

    it('are found before the removal of a mailbox, with the aliases that go with it', async () => {
      const { app, marie, paul, addMailbox, addAlias, forwardUnknown, rejectUnknown } = scene;
      const { mailboxes } = app.features;
      const id = await addMailbox(marie, 'lock@marie.example');
      await addAlias(marie, 'goes@xn--bcher-kva.example', 'lock@marie.example');
      await addAlias(marie, 'stays@marie.example', 'lock@marie.example', 'box@marie.example');
      await addAlias(paul, 'there@paul.example', 'goes@xn--bcher-kva.example');
      await addAlias(paul, 'back@paul.example', 'lock@marie.example');
      await forwardUnknown('marie.example', 'there@paul.example');
      const decision = async () =>
        await app.db.transaction(async (tx) => {
          const domain = await tx<DomainRow>('domains').where({ name: 'marie.example' }).first();
          assert.ok(domain);
          const { mailbox } = await mailboxes.page(marie, domain.name, id);
          const held = async () => mailbox;
          const subject = await mailboxes.removals.read(tx, marie, domain, held);
          return mailboxes.removals.decide(marie, subject, { expected: undefined });
        });
      assert.equal((await decision()).kind, 'will-change');

      await forwardUnknown('xn--bcher-kva.example', 'back@paul.example');
      const refused = await decision();
      assert.ok(refused.kind === 'refused');
      assert.equal(refused.because.key, 'mailboxes.errors.removal-loop');

      // Keeps another target.
      await forwardUnknown('marie.example', 'stays@marie.example');
      assert.equal((await decision()).kind, 'will-change');
      await mailboxes.remove(marie, 'marie.example', id);
      await rejectUnknown();
    });

    it('are refused when a domain forwards into them at the same moment', async () => {
      const { app, marie, paul, addAlias } = scene;
      const forward = async (): Promise<void> => {
        const { version } = await app.features.domainMail.page(paul, 'paul.example');
        const wanted = parseMailSettings({
          version,
          mailEnabled: '1',
          policy: 'forward',
          forwardTo: 'racer+x@marie.example',
        });
        await app.features.domainMail.change(paul, 'paul.example', wanted);
      };
      const results = await Promise.allSettled([
        addAlias(marie, 'racer@marie.example', 'ghost+y@paul.example'),
        forward(),
      ]);
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    });

    it('are refused when two people close the loop from both ends at once', async () => {
      const { marie, paul, addAlias, setAlias, targetsOf } = scene;
      await addAlias(marie, 'left@marie.example', 'box@marie.example');
      await addAlias(paul, 'right@paul.example', 'box@paul.example');
      const results = await Promise.allSettled([
        setAlias(marie, 'left@marie.example', { targets: ['right@paul.example'] }),
        setAlias(paul, 'right@paul.example', { targets: ['left@marie.example'] }),
      ]);
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      const both = [await targetsOf('left@marie.example'), await targetsOf('right@paul.example')];
      assert.notDeepEqual(both, [['right@paul.example'], ['left@marie.example']]);
    });

    it('are refused when the loop is closed at two unrelated places at once', async () => {
      const { app, marie, paul, addAlias, setAlias } = scene;
      await addAlias(marie, 'a@marie.example', 'box@marie.example');
      await addAlias(marie, 'd@xn--bcher-kva.example', 'a@marie.example');
      await addAlias(paul, 'c@paul.example', 'box@paul.example');
      await addAlias(app.operator, 'b@marie.example', 'c@paul.example');
      const results = await Promise.allSettled([
        setAlias(marie, 'a@marie.example', { targets: ['b@marie.example'] }),
        setAlias(paul, 'c@paul.example', { targets: ['d@xn--bcher-kva.example'] }),
      ]);
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    });
  });
}

function isLoopAt(field: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof InvalidInputError &&
    error.fields[field]?.key === 'domain-mail.errors.postmaster-loop';
}
