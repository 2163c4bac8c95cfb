import assert from 'node:assert/strict';
import { EmailAddress } from '../../../plugin/addresses/index.js';
import { agreed, reasonsOf } from '../../../plugin/changes/decision.js';
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

    const found = async (address: string): Promise<FoundMailbox> => {
      const row = await scene.mailboxRow(address);
      const domainRow = await scene.app.db
        .knex<DomainRow>('domains')
        .where({ name: 'marie.example' })
        .first();
      assert.ok(row !== undefined && domainRow !== undefined);
      return { row, domainRow };
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
      const subject = { ...(await found('anna@marie.example')), mostQuotaBytes: 1024 ** 3 };
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
  });
}
