import type { Command } from 'commander';
import type { StoredAlias } from './alias.js';
import type { AliasPage } from './aliases.js';
import { newAliasForm, someOfAlias } from './forms.js';
import { forPeople } from './mailbox.js';
import { aliasTable } from './table.js';
import { parseForm } from '../../web/forms.js';
import { asAddress } from './typed-address.js';
import { addList } from '../../commands/list.js';
import { withAliases } from './removal-content.js';
import { type Terminal, addRemoval, addVerbAbout, inOptions } from '../../commands/terminal.js';

const optionOf: Readonly<Record<string, string>> = { address: 'address', targets: '--to' };

export function addTo(alias: Command): void {
  addAliasList(alias);
  addCreate(alias);
  addSet(alias);
  addRemove(alias);
}

function addAliasList(alias: Command): void {
  addList(alias, {
    usage: 'list <domain>',
    does: 'the aliases of a domain, with where they lead',
    examples: ['alias list example.com', 'alias list example.com --search dupont --json'],
    search: 'only those whose address or targets have these words',
    table: aliasTable,
    asJson: (row) => ({
      address: row.address,
      displayAddress: row.utf8_address ?? row.address,
      targets: row.targets.split(','),
    }),
    parentOf: async ({ app, viewer }, name) =>
      (await app.features.aliases.overview(viewer, name)).domain.id,
  });
}

function addCreate(alias: Command): void {
  const verb = {
    usage: 'create <address>',
    does: 'create an alias',
    examples: ['alias create team@example.com --to anna@example.com,paul@example.net'],
  };
  addVerbAbout(alias, verb, async (terminal, text, { to }: { to: string }) => {
    const { domain } = asAddress(text);
    await inOptions(optionOf, async () => {
      const form = parseForm(newAliasForm(domain), { address: text, targets: to });
      await terminal.app.features.aliases.create(terminal.viewer, domain.ascii, form);
    });
    await printDone(terminal, text, 'notice-created');
  }).requiredOption('--to <addresses>', 'where it leads, separated by commas');
}

function addSet(alias: Command): void {
  const verb = {
    usage: 'set <address>',
    does: 'change where an alias leads, or its address; what is not named stays',
    examples: [
      'alias set team@example.com --to anna@example.com',
      'alias set team@example.com --address crew',
    ],
  };
  addVerbAbout(alias, verb, set)
    .option('--to <addresses>', 'where it leads from now on, separated by commas')
    .option('--address <address>', 'its new address in the same domain; other aliases follow');
}

async function set(
  terminal: Terminal,
  text: string,
  options: { readonly to?: string; readonly address?: string },
): Promise<void> {
  const page = await find(terminal, text);
  const { address = page.alias.address } = await inOptions(
    { ...optionOf, address: '--address' },
    async () => {
      const named = parseForm(someOfAlias(page.domainName), {
        targets: options.to,
        address: options.address,
      });
      const { aliases } = terminal.app.features;
      const wanted = { ...named, version: page.alias.version };
      await aliases.change(terminal.viewer, page.domain.name, page.alias.id, wanted);
      return named;
    },
  );
  await printDone(terminal, address.toString(), 'notice-saved');
}

function addRemove(alias: Command): void {
  const verb = {
    usage: 'remove <address>',
    does: 'remove an alias, with those that lead to it alone',
    examples: ['alias remove team@example.com', 'alias remove team@example.com --yes'],
  };
  addRemoval(alias, verb, {
    async find(terminal, text) {
      const { domain, alias: found } = await find(terminal, text);
      const { aliases } = terminal.app.features;
      return await aliases.removal(terminal.viewer, domain.name, found.id);
    },
    loss: ({ alias: { address }, removal }) =>
      `${forPeople(address)} would be lost${withAliases(removal)}.`,
    async remove({ app, viewer, language, print }, { domain, alias: { id, address }, removal }) {
      await app.features.aliases.remove(viewer, domain.name, id, removal.expected);
      print(
        { address, removedAliases: removal.removed.map((other) => other.address) },
        language.t('aliases.notice-removed', { subject: forPeople(address) }),
      );
    },
  });
}

async function find(
  { app, viewer }: Pick<Terminal, 'app' | 'viewer'>,
  text: string,
): Promise<AliasPage> {
  return await app.features.aliases.byAddress(viewer, asAddress(text));
}

async function printDone(terminal: Terminal, text: string, notice: string): Promise<void> {
  const { alias } = await find(terminal, text);
  terminal.print(
    asJson(alias),
    terminal.language.t(`aliases.${notice}`, { subject: forPeople(alias.address) }),
  );
}

function asJson({ address, targets }: StoredAlias): object {
  return { address, displayAddress: forPeople(address), targets };
}
