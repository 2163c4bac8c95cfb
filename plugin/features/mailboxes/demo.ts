import { DomainName } from '../../addresses/index.js';
import type { DemoCustomer, DemoScene } from '../../commands/demo/scene.js';
import { generatePassword } from '../../secrets/generated-password.js';
import type { Viewer } from '../../viewing/viewer.js';
import { parseForm } from '../../web/forms.js';
import type { MailboxFeatures } from './create.js';
import { newAliasForm, newMailboxForm } from './forms.js';

type People = DemoCustomer['people'];

/** Some people have a mailbox in each domain, and the first two receive mail for `info`. */
export async function addDemoMailboxes(
  { mailboxes, aliases }: MailboxFeatures,
  { customer, domains, own }: DemoScene,
): Promise<void> {
  for (const { name, number } of domains) {
    const people = customer.people.slice(0, number % 5);
    await addMailboxes(mailboxes, own, { name, people });
    const targets = people.slice(0, 2).map(([localPart]) => `${localPart}@${name}`);
    if (targets.length > 0) {
      const typed = { address: 'info', targets: targets.join('\n') };
      await aliases.create(own, name, parseForm(newAliasForm(DomainName.parse(name)), typed));
    }
  }
}

async function addMailboxes(
  mailboxes: MailboxFeatures['mailboxes'],
  own: Viewer,
  { name, people }: { readonly name: string; readonly people: People },
): Promise<void> {
  const domain = DomainName.parse(name);
  await Promise.all(
    people.map(async ([address, displayName]) => {
      const form = parseForm(newMailboxForm(domain), {
        address,
        displayName,
        password: generatePassword(),
        quotaMegabytes: '2048',
        imap: '1',
        pop3: '1',
      });
      await mailboxes.create(own, name, form);
    }),
  );
}
