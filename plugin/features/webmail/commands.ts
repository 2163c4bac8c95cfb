import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type List, addList, fieldsOf } from '../../commands/list.js';
import { type Terminal, inOptions } from '../../commands/terminal.js';
import { type Removal, type VerbAbout, addRemoval, addVerbsAbout } from '../../commands/verbs.js';
import { NotFoundError, StartError } from '../../errors.js';
import { type Webmail, webmailIcons } from '../../panel/directory/webmail.js';
import { WebmailAddress } from '../../panel/directory/webmail-address.js';
import type { Picture } from '../../pictures/picture.js';
import { auditFields } from './audit-fields.js';
import { type WebmailForm, noticeAfter, parseWebmailForm, webmailValues } from './forms.js';
import { pictureLimits, readPicture } from './picture.js';
import type { Some } from './removal.js';
import { type WebmailListRow, webmailTable } from './table.js';

interface WebmailOptions {
  readonly name?: string;
  readonly address?: string;
  readonly icon?: string;
  /** A file, or `none`. */
  readonly picture?: string;
  readonly default?: boolean;
}

const optionOf = { name: '--name', address: '--address', icon: '--icon', picture: '--picture' };

export function addTo(webmail: Command): void {
  addList(webmail, list);
  addVerbsAbout(webmail, create, set);
  addRemoval(webmail, removal);
}

const list: List<WebmailListRow> = {
  does: 'all webmail applications',
  examples: ['', '--where use=used --json'],
  table: webmailTable,
  asJson: (row) => ({
    ...fieldsOf(row, 'key', 'name', 'address', 'domains'),
    isDefault: row.is_default === 1,
  }),
};

const create: VerbAbout<WebmailOptions> = {
  usage: 'create <name>',
  does: 'add a webmail application; plans permit it once they include it (relais plan set --webmails)',
  examples: [
    'Roundcube --address https://{domain}/roundcube/?_user={mailbox}',
    '"Our webmail" --address https://webmail.provider.example/ --picture logo.png --default',
  ],
  declare: (verb) => addOptions(verb, 'no'),
  async run(terminal, name, options) {
    const { app, viewer } = terminal;
    const made = await inOptions({ ...optionOf, name: '<name>' }, async () => {
      const { form, picture } = await wantedIn(terminal, undefined, { ...options, name });
      return await app.features.webmails.create(viewer, form, picture);
    });
    printDone(terminal, made, 'created');
  },
};

const set: VerbAbout<WebmailOptions> = {
  usage: 'set <key>',
  does: 'change a webmail application; options left out stay unchanged',
  examples: [
    'roundcube --address https://{domain}/mail/',
    'roundcube --name Roundcube --no-default --picture none',
  ],
  declare: (verb) => addOptions(verb.option('--name <name>', 'its new name'), 'unchanged'),
  async run(terminal, key, options) {
    const { app, viewer } = terminal;
    const found = await webmailWith(terminal, key);
    const changed = await inOptions(optionOf, async () => {
      const { form, picture } = await wantedIn(terminal, found, options);
      return await app.features.webmails.change(viewer, found.id, form, picture);
    });
    printDone(terminal, changed, 'saved');
  },
};

const removal: Removal<Webmail> = {
  usage: 'remove <key>',
  does: 'remove a webmail application',
  examples: ['sogo', 'sogo --yes'],
  find: webmailWith,
  async loss({ id, name }, { app, viewer }) {
    const { domains, plans } = await app.features.webmails.removalOf(viewer, id);
    const chosen = domains.count === 0 ? '' : `: ${namesOf(domains)}`;
    const chose =
      domains.count === 1
        ? 'One domain chose it and would have'
        : `${domains.count} domains chose it and would have`;
    return `${name} would be lost. ${chose} no webmail${chosen}. Plans that permit it: ${plans.length}.`;
  },
  async remove({ app, viewer, language, print }, { id, key, name }) {
    await app.features.webmails.remove(viewer, id);
    print({ key }, language.t('webmail.notice-removed', { subject: name }));
  },
};

function namesOf({ count, first }: Some): string {
  return first.join(', ') + (count > first.length ? ' …' : '');
}

function addOptions(verb: Command, unless: 'no' | 'unchanged'): void {
  verb
    .option('--address <url>', 'where it is; may contain {domain} and {mailbox}')
    .addOption(new Option('--icon <name>', 'its icon').choices([...webmailIcons]))
    .option('--picture <file>', 'a picture instead of the icon, or none')
    .option('--default', `for new domains whose plan permits it (default: ${unless})`)
    .option('--no-default', 'not for new domains');
  // Commander takes an option with `--no-` as set.
  verb.setOptionValue('default', undefined);
}

/** @throws {InvalidInputError} @throws {StartError} */
async function wantedIn(
  terminal: Terminal,
  found: Webmail | undefined,
  { picture, default: isDefault, ...texts }: WebmailOptions,
): Promise<{ readonly form: WebmailForm; readonly picture: Picture | undefined }> {
  const form = parseWebmailForm({
    ...webmailValues(found),
    ...texts,
    ...(isDefault !== undefined && { isDefault: isDefault ? '1' : '' }),
    removePicture: picture === 'none' ? '1' : '',
  });
  return { form, picture: await pictureIn(terminal, picture) };
}

async function pictureIn(
  { language }: Terminal,
  file: string | undefined,
): Promise<Picture | undefined> {
  if (file === undefined || file === 'none') {
    return undefined;
  }
  const read = await readPicture(readFileSync(file));
  if (typeof read === 'string') {
    throw new StartError(`${file}: ${language.t(`smtp-servers.errors.${read}`, pictureLimits)}`);
  }
  return read;
}

async function webmailWith({ app }: Terminal, key: string): Promise<Webmail> {
  const found = (await app.features.webmails.list()).find((each) => each.key === key);
  if (found === undefined) {
    throw new NotFoundError('webmail.errors.not-found', { key });
  }
  return found;
}

function printDone(
  { language, print }: Terminal,
  { address = '', ...webmail }: Webmail,
  did: 'created' | 'saved',
): void {
  const notice = noticeAfter(did, WebmailAddress.parse(address));
  print(auditFields({ ...webmail, address }), language.t(notice, { subject: webmail.name }));
}
