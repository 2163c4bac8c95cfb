import type { Command } from 'commander';
import { type Terminal, addRemoval, addVerbAbout, inOptions } from '../../../commands/terminal.js';
import { parseForm } from '../../../web/forms.js';
import { domainRemovalForm, newDomainForm } from './forms.js';

export function addTo(domain: Command): void {
  addCreate(domain);
  addRemove(domain);
}

function addCreate(domain: Command): void {
  const verb = {
    usage: 'create <domain>',
    does: 'add a domain; its mail is on, and unknown recipients are refused',
    examples: [
      'domain create example.com --owner dupont',
      'domain create bücher.example --owner buch --language fr',
    ],
  };
  addVerbAbout(domain, verb, create)
    .requiredOption('--owner <login>', 'the customer or reseller that it belongs to')
    .option('--language <en|fr>', 'of the texts that its senders get', 'en');
}

async function create(
  { app, viewer, language, print }: Terminal,
  name: string,
  { owner, language: locale }: { readonly owner: string; readonly language: string },
): Promise<void> {
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
}

function addRemove(domain: Command): void {
  const verb = {
    usage: 'remove <domain>',
    does: 'remove a domain with its mailboxes, their mail, and its aliases',
    examples: ['domain remove example.com', 'domain remove example.com --yes'],
  };
  addRemoval(domain, verb, {
    find: ({ app, viewer }, name) => app.panel.domains.contents(viewer, name),
    loss: ({ domain: { displayName }, contents }) =>
      `${displayName} has ${contents.mailboxes} mailboxes and ${contents.aliases} aliases, which would be lost.`,
    async remove({ app, viewer, language, print }, { domain: found, contents }) {
      const form = parseForm(domainRemovalForm, { confirmation: found.name });
      await app.panel.domains.remove(viewer, found.name, form);
      print(
        { name: found.name, ...contents },
        language.t('domains.notice-removed', { subject: found.displayName }),
      );
    },
  });
}
