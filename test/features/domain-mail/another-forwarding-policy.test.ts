import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Joi from 'joi';
import { EmailAddress } from '../../../plugin/addresses/index.js';
import { InvalidInputError } from '../../../plugin/errors.js';
import { forwardingColumns } from '../../../plugin/features/domain-mail/index.js';
import { type AnyPolicy, addPolicy } from '../../../plugin/features/domain-mail/policies/index.js';
import type { Policy } from '../../../plugin/features/domain-mail/policies/policy.js';
import type { DomainRow } from '../../../plugin/panel/directory/domain.js';
import { programFolder } from '../../../plugin/runtime/paths.js';
import { parsedBy } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { Scene } from '../mailboxes/scene.js';

interface Deputy {
  readonly policy: 'deputy';
  readonly to: EmailAddress;
}

/** Another policy that forwards, and asks a server that may know more recipients. */
const deputy: Policy<Deputy, { readonly deputyTo: EmailAddress }> = {
  key: 'deputy',
  fields: {
    deputyTo: {
      rule: Joi.string()
        .required()
        .custom(parsedBy((text) => EmailAddress.parse(text))),
      option: { flags: '--deputy <address>', help: 'who reads it' },
    },
  },
  view: 'partials/text-field',
  given: { name: 'deputyTo', label: 'Deputy', help: 'Who reads it.' },
  wanted: ({ deputyTo }) => ({ policy: 'deputy', to: deputyTo }),
  texts: ({ to }) => ({ deputyTo: to.toUnicode() }),
  entry: ({ to }) => ({ deputyTo: to.toString() }),
  columns: ({ to }) => ({ deputy_to: to.toString() }),
  from: (row: DomainRow & { readonly deputy_to?: string | null }) => ({
    policy: 'deputy',
    to: EmailAddress.parse(row.deputy_to ?? ''),
  }),
  target: { field: 'deputyTo', of: ({ to }) => to, column: 'deputy_to' },
  hasOtherRecipients: true,
};

for (const engine of engines) {
  describe(`an added forwarding policy on ${engine}`, () => {
    let scene: Scene;
    let removePolicy: () => void;

    before(async () => {
      scene = await Scene.open(engine, {}, (db) =>
        db.raw('ALTER TABLE domains ADD COLUMN deputy_to VARCHAR(320)'),
      );
      removePolicy = addPolicy(deputy as unknown as AnyPolicy);
      await scene.addMailbox(scene.marie, 'anna@marie.example');
      await setDeputy('xn--bcher-kva.example', 'anna@marie.example');
    });
    after(async () => {
      removePolicy();
      await scene.app.remove();
    });

    const setDeputy = async (domain: string, to: string): Promise<void> => {
      const unknown = { policy: 'deputy', to: EmailAddress.parse(to) } as unknown as AnyUnknown;
      await scene.app.features.domainMail.change(scene.marie, domain, { settings: { unknown } });
    };

    it('prevents the removal of its target mailbox', async () => {
      const { mailboxes } = scene.app.features;
      const { mailbox } = await mailboxes.byAddress(
        scene.marie,
        EmailAddress.parse('anna@marie.example'),
      );
      await assert.rejects(mailboxes.remove(scene.marie, 'marie.example', mailbox.id), {
        key: 'mailboxes.errors.is-forwarded-to',
      });
    });

    it('is included when aliases are checked for loops', async () => {
      await scene.addAlias(scene.marie, 'anna2@marie.example', 'anyone@bücher.example');
      await assert.rejects(setDeputy('xn--bcher-kva.example', 'anna2@marie.example'), (error) => {
        assert.ok(error instanceof InvalidInputError, String(error));
        assert.deepEqual(Object.keys(error.fields), ['deputyTo']);
        return true;
      });
    });

    it('allows aliases to recipients that the other server may have', async () => {
      await scene.addAlias(scene.marie, 'shop@marie.example', 'somebody@bücher.example');
      const to = EmailAddress.parse('somebody@marie.example');
      const refusal = await scene.app.features.recipients.targetRefusal(scene.marie.scope, to);
      assert.equal(refusal?.key, 'mailboxes.errors.target-unknown');
    });

    it('is named before its target domain is removed', async () => {
      const { leading } = await scene.app.panel.domains.contents(scene.marie, 'marie.example');
      assert.deepEqual(leading['domains'], { count: 1, names: ['bücher.example'] });
    });
  });
}

describe('a policy', () => {
  it('is named only in its own folder and in the mail views', () => {
    // Postfix's master.cf has a service with this name.
    const others = naming(/'(?:reject|bounce|forward|redirect)'/).filter(
      (file) => file !== 'mail-server/postfix/master-cf.ts',
    );
    assert.deepEqual(others, ['mail-server/define-views.ts']);
  });

  it('has its forwarding address in a column that only they name', () => {
    const columns = new RegExp(`\\b(?:${forwardingColumns().join('|')})\\b`);
    assert.deepEqual(naming(columns), ['mail-server/define-views.ts']);
  });
});

function naming(pattern: RegExp): readonly string[] {
  const folder = join(programFolder, 'plugin');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('features/domain-mail/policies/'))
    .filter((file) => pattern.test(readFileSync(join(folder, file), 'utf8')));
}

type AnyUnknown = ReturnType<AnyPolicy['from']>;
