import type { Command } from 'commander';
import type { StoredAlias } from './alias.js';
import type { AliasPage } from './aliases.js';
import { newAliasForm, someOfAlias } from './forms.js';
import { forPeople } from './mailbox.js';
import { type AliasListRow, aliasTable } from './table.js';
import { parseForm } from '../../web/forms.js';
import { inDomain } from './mailbox-list-commands.js';
import { asAddress } from './typed-address.js';
import { type List, addList } from '../../commands/list.js';
import { addressRemoval } from './removal-command.js';
import { type Terminal, inOptions } from '../../commands/terminal.js';
import { type VerbAbout, addRemoval, addVerbsAbout } from '../../commands/verbs.js';

const optionOf: Readonly<Record<string, string>> = { address: 'address', targets: '--to' };

export function addTo(alias: Command): void {
  addList(alias, list);
  addVerbsAbout(alias, create, set);
  addRemoval(alias, removal);
}

const list: List<AliasListRow> = {
  does: 'the aliases of a domain, with their targets',
  examples: ['example.com', 'example.com --search dupont --json'],
  table: aliasTable,
  parent: inDomain,
  asJson: (row) => ({
    address: row.address,
    displayAddress: row.utf8_address ?? row.address,
    targets: row.targets.split(','),
  }),
};

const create: VerbAbout<{ readonly to: string }> = {
  usage: 'create <address>',
  does: 'add an alias',
  examples: ['team@example.com --to anna@example.com,paul@example.net'],
  declare: (verb) => verb.requiredOption('--to <addresses>', 'where it leads, separated by commas'),
  async run(terminal, text, { to }) {
    const { domain } = asAddress(text);
    await inOptions(optionOf, async () => {
      const form = parseForm(newAliasForm(domain), { address: text, targets: to });
      await terminal.app.features.aliases.create(terminal.viewer, domain.ascii, form);
    });
    await printDone(terminal, text, 'notice-created');
  },
};

const set: VerbAbout<{ readonly to?: string; readonly address?: string }> = {
  usage: 'set <address>',
  does: 'change the targets or the address of an alias; options left out stay unchanged',
  examples: ['team@example.com --to anna@example.com', 'team@example.com --address crew'],
  declare: (verb) =>
    verb
      .option('--to <addresses>', 'new targets, separated by commas')
      .option(
        '--address <address>',
        'its new address in the domain; aliases that forward to it follow',
      ),
  async run(terminal, text, options) {
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
  },
};

const removal = addressRemoval({
  does: 'remove an alias, with aliases that forward only to it',
  examples: ['team@example.com', 'team@example.com --yes'],
  find,
  of: ({ aliases }) => aliases,
  shown: ({ alias: { id, address } }) => ({ id, address, displayAddress: forPeople(address) }),
  loss: 'would go to Removed',
  notice: 'aliases.notice-removed',
});

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
