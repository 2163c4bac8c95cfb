import assert from 'node:assert/strict';
import { EmailAddress } from '../../../plugin/addresses/index.js';
import { agreed, reasonsOf } from '../../../plugin/changes/decision.js';
import type { AliasChange, FoundAlias } from '../../../plugin/features/mailboxes/alias-change.js';
import type { AliasForm } from '../../../plugin/features/mailboxes/forms.js';
import type { FoundMailbox } from '../../../plugin/features/mailboxes/mailbox-change.js';
import { ConflictError } from '../../../plugin/errors.js';
import type { DomainRow } from '../../../plugin/panel/directory/domain.js';
import { engines } from '../../support/app.js';
import { Scene } from './scene.js';
import { useOpenedEach } from '../../support/opened.js';

for (const engine of engines) {
  describe(`verbs of mailboxes and aliases on ${engine}`, () => {
    const scene = useOpenedEach(() => Scene.open(engine));
    beforeEach(async () => {
      await scene.addMailbox(scene.marie, 'anna@marie.example');
      await scene.addMailbox(scene.marie, 'ben@marie.example');
    });

    const mariesDomain = async (): Promise<DomainRow> => {
      const domains = scene.app.db.knex<DomainRow>('domains');
      const domainRow = await domains.where({ name: 'marie.example' }).first();
      assert.ok(domainRow);
      return domainRow;
    };

    const found = async (address: string): Promise<FoundMailbox> => {
      const row = await scene.mailboxRow(address);
      assert.ok(row);
      return { row, domainRow: await mariesDomain() };
    };

    const suspendAll = async (...addresses: readonly string[]): Promise<void> => {
      const { app, marie } = scene;
      const { suspensions } = app.features.mailboxes;
      const wanted = { suspended: true, confirmed: true };
      const subjects = await Promise.all(addresses.map(found));
      await app.changes.make(marie, async (changing) => {
        for (const each of subjects) {
          const subject = await suspensions.read(changing.tx, marie, each, wanted);
          await suspensions.write(changing, agreed(suspensions.decide(marie, subject, wanted)));
        }
      });
    };

    it('change several things in one transaction, as one group in the audit log', async () => {
      await suspendAll('anna@marie.example', 'ben@marie.example');
      const entries = await scene.app.db
        .knex('audit_entries')
        .where({ action: 'mailbox.suspended' })
        .select('group_id', 'subject');
      assert.deepEqual(
        entries.map(({ subject }) => subject),
        ['anna@marie.example', 'ben@marie.example'],
      );
      assert.equal(entries[0].group_id, entries[1].group_id);
    });

    it('change nothing when one of several is refused', async () => {
      const { app, marie } = scene;
      await app.features.domainMail.change(marie, 'marie.example', {
        settings: {
          unknown: { policy: 'forward', to: EmailAddress.parse('ben@marie.example') },
        },
      });
      await assert.rejects(suspendAll('anna@marie.example', 'ben@marie.example'), ConflictError);
      assert.equal((await scene.mailboxRow('anna@marie.example'))?.suspended, 0);
    });

    it('predict change, no change and refusal without writing', async () => {
      const { marie, app } = scene;
      const { settings } = app.features.mailboxes;
      const subject = {
        ...(await found('anna@marie.example')),
        quotaRoom: undefined,
        mostQuotaBytes: 1024 ** 3,
      };
      const decide = (wanted: object): string => settings.decide(marie, subject, wanted).kind;
      assert.equal(decide({ displayName: 'Anna' }), 'will-change');
      assert.equal(decide({ displayName: '' }), 'already-so');
      const refused = settings.decide(marie, subject, {
        quotaMegabytes: 4096,
        password: 'anna@marie.example',
      });
      assert.ok(refused.kind === 'refused');
      assert.deepEqual(
        reasonsOf(refused).map(({ field, key }) => [field, key]),
        [
          ['password', 'mailboxes.errors.password-address'],
          ['quotaMegabytes', 'mailboxes.errors.quota-above-plan'],
        ],
      );
      assert.equal((await scene.mailboxRow('anna@marie.example'))?.version, 1);
    });

    const decideAlias = async (
      address: string,
      wanted: { readonly address?: string; readonly targets: readonly string[] },
    ): ReturnType<typeof decided> => {
      const { app, marie } = scene;
      const page = await app.features.aliases.byAddress(marie, EmailAddress.parse(address));
      const form = {
        version: page.alias.version,
        address: EmailAddress.parse(wanted.address ?? address),
        targets: wanted.targets.map((each, index) => ({
          line: index + 1,
          address: EmailAddress.parse(each),
        })),
      };
      return await decided(scene, { domainRow: await mariesDomain(), alias: page.alias }, form);
    };

    it('decide on the targets of an alias before anything is written', async () => {
      const { marie, addAlias } = scene;
      await addAlias(marie, 'one@marie.example', 'anna@marie.example');
      await addAlias(marie, 'two@marie.example', 'one@marie.example');
      for (const [wanted, kind, because] of [
        [{ targets: ['ben@marie.example'] }, 'will-change', undefined],
        [{ targets: ['anna@marie.example'] }, 'already-so', undefined],
        [{ targets: ['two@marie.example'] }, 'refused', 'aliases.errors.loop'],
        [{ targets: ['nobody@marie.example'] }, 'refused', 'mailboxes.errors.target-unknown'],
        [
          { address: 'uno@marie.example', targets: ['two@marie.example'] },
          'refused',
          'aliases.errors.loop',
        ],
        [
          { address: 'uno@marie.example', targets: ['one@marie.example'] },
          'refused',
          'mailboxes.errors.target-unknown',
        ],
        [
          { address: 'uno@marie.example', targets: ['anna@marie.example'] },
          'will-change',
          undefined,
        ],
      ] as const) {
        const decision = await decideAlias('one@marie.example', wanted);
        assert.equal(decision.kind, kind, JSON.stringify(wanted));
        const [reason] = decision.kind === 'refused' ? reasonsOf(decision) : [];
        assert.equal(reason?.args?.['reason'], because, JSON.stringify(wanted));
      }
    });

    it('check the targets of an alias again when others have changed since the decision', async () => {
      const { app, marie, paul, addAlias, setAlias, addMailbox } = scene;
      await addMailbox(paul, 'box@paul.example');
      await addAlias(marie, 'one@marie.example', 'anna@marie.example');
      await addAlias(paul, 'far@paul.example', 'box@paul.example');
      const decision = await decideAlias('one@marie.example', { targets: ['far@paul.example'] });
      const { settings } = app.features.aliases;
      const write = async (): Promise<void> =>
        await app.changes.make(marie, (changing) => settings.write(changing, agreed(decision)));
      await setAlias(paul, 'far@paul.example', { targets: ['one@marie.example'] });
      await assert.rejects(write(), { status: 422 });
      await setAlias(paul, 'far@paul.example', { targets: ['box@paul.example'] });
      await setAlias(marie, 'one@marie.example', { targets: ['ben@marie.example'] });
      await assert.rejects(write(), ConflictError);
    });
  });
}

async function decided(
  { app, marie }: Scene,
  found: FoundAlias,
  form: AliasForm,
): Promise<ReturnType<AliasChange['decide']>> {
  const { settings } = app.features.aliases;
  const subject = await app.db.transaction((tx) =>
    settings.read(tx, marie, found, { form, mustStay: false }),
  );
  return settings.decide(marie, subject, form);
}
