import type { Command } from 'commander';
import { inOptions } from '../../../commands/terminal.js';
import {
  type Removal,
  type VerbAbout,
  addRemoval,
  addVerbsAbout,
} from '../../../commands/verbs.js';
import { parseForm } from '../../../web/forms.js';
import type { DomainRemovalPage } from './domains.js';
import { domainRemovalForm, newDomainForm } from './forms.js';

export function addTo(domain: Command): void {
  addVerbsAbout(domain, create);
  addRemoval(domain, removal);
}

const create: VerbAbout<{ readonly owner: string; readonly language: string }> = {
  usage: 'create <domain>',
  does: 'add a domain, with mail on and unknown recipients refused',
  examples: ['example.com --owner dupont', 'bücher.example --owner buch --language fr'],
  declare: (verb) =>
    verb
      .requiredOption('--owner <login>', 'the customer or reseller that it belongs to')
      .option('--language <en|fr>', 'of texts for its senders', 'en'),
  async run({ app, viewer, language, print }, name, { owner, language: locale }) {
    const options = { name: 'domain', owner: '--owner', locale: '--language' };
    const form = await inOptions(options, async () => {
      const parsed = parseForm(newDomainForm, { name, owner, locale });
      await app.panel.domains.create(viewer, parsed);
      return parsed;
    });
    print(
      { name: form.name.ascii },
      language.t('domains.notice-created', { subject: form.name.unicode }),
    );
  },
};

const removal: Removal<DomainRemovalPage> = {
  usage: 'remove <domain>',
  does: 'remove a domain with its mailboxes, their mail, and its aliases; `relais removed` can restore it',
  examples: ['example.com', 'example.com --yes'],
  find: ({ app, viewer }, name) => app.panel.domains.contents(viewer, name),
  loss: ({ domain: { displayName }, contents }) =>
    `${displayName} has ${contents.mailboxes} mailboxes and ${contents.aliases} aliases, which would go to Removed.`,
  async remove({ app, viewer, language, print }, { domain: found, contents }) {
    const form = parseForm(domainRemovalForm, { confirmation: found.name });
    await app.panel.domains.remove(viewer, found.name, form);
    print(
      { name: found.name, ...contents },
      language.t('domains.notice-removed', { subject: found.displayName }),
    );
  },
};
