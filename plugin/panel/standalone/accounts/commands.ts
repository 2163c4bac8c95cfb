import { type Command, Option } from 'commander';
import { StartError } from '../../../errors.js';
import type { Account } from '../../directory/account.js';
import { accountRoles, formOf, newAccountForm, someOfAccount } from './forms.js';
import { type AccountListRow, accountTable } from './table.js';
import { type FormValues, parseForm } from '../../../web/forms.js';
import { type List, addList, fieldsOf } from '../../../commands/list.js';
import {
  type PasswordOptions,
  made,
  passwordFrom,
  passwordHelp,
} from '../../../commands/password.js';
import { passwordPath } from '../access/password-path.js';
import { invitationLifetime } from '../link-lifetime.js';
import { orOnRows } from '../../../commands/on-rows.js';
import { setRows, suspendRows } from './rows-verbs.js';
import { planNamed } from '../plans/commands.js';
import { excesses } from '../plans/forms.js';
import { publicUrl, signInUrl } from '../../../web/panel-url.js';
import { type Terminal, inOptions } from '../../../commands/terminal.js';
import {
  type Removal,
  type VerbAbout,
  addRemoval,
  addVerbsAbout,
} from '../../../commands/verbs.js';

interface AccountOptions extends PasswordOptions {
  readonly name?: string;
  readonly email?: string;
  readonly role?: string;
  readonly reseller?: string;
  readonly plan?: string;
  readonly excess?: string;
  readonly language?: string;
  readonly link?: boolean;
}

const optionOf: Readonly<Record<string, string>> = {
  login: 'login',
  name: '--name',
  email: '--email',
  role: '--role',
  reseller: '--reseller',
  plan: '--plan',
  excess: '--excess',
  locale: '--language',
  password: 'password',
};

const thing = 'an account';

export function addTo(account: Command): void {
  addList(account, list);
  addVerbsAbout(
    account,
    creation,
    orOnRows(setting, thing, async (terminal, options) => {
      if (passwordFrom(options) !== undefined) {
        throw new StartError('A password is that of one account: name it.');
      }
      await setRows(terminal, await fieldsFrom(terminal, options), options);
    }),
    orOnRows(suspension, thing, (terminal, flags) => suspendRows(terminal, true, flags)),
    orOnRows(resumption, thing, (terminal, flags) => suspendRows(terminal, false, flags)),
  );
  addRemoval(account, removal);
  addVerbsAbout(account, invitation, link);
}

const list: List<AccountListRow> = {
  does: 'all accounts except mail users',
  examples: ['', '--search dupont --json', '--where role=reseller'],
  table: accountTable,
  asJson: (row) => ({
    ...fieldsOf(row, 'login', 'name', 'email', 'role'),
    reseller: row.reseller_login,
    plan: row.plan_name,
    suspended: row.suspended === 1,
  }),
};

const creation: VerbAbout<AccountOptions> = {
  usage: 'create <login>',
  does: 'add an account and invite its owner by mail; without a mail server, print the link, valid for 3 days',
  examples: [
    'dupont --name "Dupont SA" --email dupont@example.net --plan Business',
    'north --role reseller --name "North Hosting" --email north@example.net',
    'lee --reseller north --name Lee --email lee@example.net --generate',
  ],
  declare: (verb) => addLinkOption(addFields(verb)),
  run: create,
};

async function create(terminal: Terminal, login: string, options: AccountOptions): Promise<void> {
  const { app, viewer, print, language } = terminal;
  const password = passwordFrom(options);
  const fields = await fieldsFrom(terminal, options);
  const access = password === undefined ? wayOf(options, 'invitation', 'link') : 'password';
  const { id, form } = await inOptions(optionOf, async () => {
    const parsed = parseForm(newAccountForm, { ...fields, login, access, password });
    const wanted = await app.panel.accounts.withAccess(parsed);
    return { id: await app.panel.accounts.create(viewer, wanted), form: wanted };
  });
  const { login: name, email } = await app.panel.accounts.find(viewer, id);
  if (form.access === 'password') {
    printSaved(terminal, { login: name, notice: 'notice-created', made: made(options, password) });
  } else if (form.access === 'link') {
    const link = await invitationUrl(terminal, id);
    const args = { login: name, link, ...invitationLifetime };
    print({ login: name, link }, language.t('accounts.invitation.made', args));
  } else {
    const args = { subject: name, email };
    print({ login: name, invited: email }, language.t('accounts.notice-created-invited', args));
  }
}

const invitation: VerbAbout<Pick<AccountOptions, 'link'>> = {
  usage: 'invite <login>',
  does: 'invite the owner of an account by mail to choose a password; an earlier invitation ends',
  examples: ['dupont', 'dupont --link'],
  declare: addLinkOption,
  async run(terminal, login, options) {
    const { app, viewer, print, language } = terminal;
    const { id, email } = await find(terminal, login);
    const way = wayOf(options, 'mail', 'hand');
    if (way === 'hand' || !(await app.panel.accounts.canMail())) {
      const url = await invitationUrl(terminal, id);
      print({ login, link: url }, url);
      return;
    }
    await app.panel.accounts.invite(viewer, id, 'mail');
    print({ login, invited: email }, language.t('accounts.notice-invited', { subject: email }));
  },
};

function wayOf<Way>(
  { link: isWanted }: Pick<AccountOptions, 'link'>,
  byMail: Way,
  byHand: Way,
): Way {
  return isWanted === true ? byHand : byMail;
}

async function invitationUrl({ app, viewer }: Terminal, id: number): Promise<string> {
  const path = passwordPath(await app.panel.accounts.invite(viewer, id, 'hand'));
  return publicUrl(app.config) + path.slice(1);
}

function addLinkOption(verb: Command): Command {
  return verb.option('--link', 'print the link, valid for 3 days, instead of sending it');
}

const setting: VerbAbout<AccountOptions> = {
  usage: 'set <login>',
  does: 'change an account, or the plan of all that match --where; options left out stay unchanged',
  examples: [
    'dupont --email new@example.net --language fr',
    'dupont --plan none --reseller none',
    'dupont --generate',
    'dupont --plan Basic --excess lower',
    '--where plan=Basic --plan Business --dry-run',
  ],
  declare: (verb) =>
    addFields(verb).addOption(
      new Option('--excess <what>', 'custom values above the maximums of another plan').choices(
        excesses,
      ),
    ),
  async run(terminal, login, options) {
    const { app, viewer } = terminal;
    const found = await find(terminal, login);
    const { reseller } = await app.panel.accounts.page(viewer, found.id);
    const password = passwordFrom(options);
    const fields = await fieldsFrom(terminal, options);
    const named = { ...fields, ...(password !== undefined && { password }) };
    await inOptions(optionOf, () =>
      app.panel.accounts.change(viewer, found.id, {
        ...formOf(found, reseller),
        ...parseForm(someOfAccount, named),
      }),
    );
    const saved = { login: found.login, notice: 'notice-saved', made: made(options, password) };
    printSaved(terminal, saved);
  },
};

function printSaved(
  { language, print }: Terminal,
  saved: { readonly login: string; readonly notice: string; readonly made: string | undefined },
): void {
  const { login, notice, made: password } = saved;
  const said = language.t(`accounts.${notice}`, { subject: login });
  print(
    { login, ...(password !== undefined && { password }) },
    password === undefined ? said : `${said}\n${password}`,
  );
}

const suspension: VerbAbout = {
  usage: 'suspend <login>',
  does: 'prevent sign-ins and mail of an account and its customers',
  examples: ['dupont'],
  run: (terminal, login) => setSuspended(terminal, login, true),
};

const resumption: VerbAbout = {
  usage: 'resume <login>',
  does: 'end a suspension',
  examples: ['dupont'],
  run: (terminal, login) => setSuspended(terminal, login, false),
};

async function setSuspended(terminal: Terminal, login: string, suspended: boolean): Promise<void> {
  const { app, viewer, language, print } = terminal;
  const { id, name } = await find(terminal, login);
  await app.panel.accounts.setSuspended(viewer, id, suspended);
  const notice = suspended ? 'accounts.notice-suspended' : 'accounts.notice-resumed';
  print({ login, suspended }, language.t(notice, { subject: name }));
}

const removal: Removal<Account & { readonly typed: string }> = {
  usage: 'remove <login>',
  does: 'remove an account without domains and customers',
  examples: ['dupont', 'dupont --yes'],
  find: async (terminal, login) => ({ ...(await find(terminal, login)), typed: login }),
  loss: ({ typed, name }) => `Nobody could sign in as ${typed} (${name}) any more.`,
  async remove({ app, viewer, language, print }, { id, name, typed }) {
    await app.panel.accounts.remove(viewer, id);
    print({ login: typed }, language.t('accounts.notice-removed', { subject: name }));
  },
};

const link: VerbAbout = {
  usage: 'link <login>',
  does: 'print a one-time sign-in link, valid for 15 minutes, to RELAIS_PUBLIC_URL or to RELAIS_HOST, RELAIS_PORT and RELAIS_BASE_PATH',
  examples: ['admin'],
  async run(terminal, login) {
    const { app, viewer, print } = terminal;
    const { id } = await find(terminal, login);
    const url = signInUrl(app.config, await app.panel.accounts.createLink(viewer, id));
    print({ login, link: url }, url);
  },
};

function addFields(verb: Command): Command {
  return verb
    .option('--name <name>', 'of the person or company')
    .option('--email <address>', 'receives the postmaster mail of its domains')
    .addOption(new Option('--role <role>', 'what it is').choices(accountRoles))
    .option('--reseller <login>', "a customer's reseller, or none")
    .option('--plan <name>', 'its plan, or none')
    .option('--language <en|fr|browser>', 'of its pages')
    .option('--password-stdin', passwordHelp.stdin)
    .option('--generate', passwordHelp.generate);
}

async function fieldsFrom(terminal: Terminal, options: AccountOptions): Promise<FormValues> {
  const { name, email, role, reseller, plan, excess, language } = options;
  const given = {
    name,
    email,
    role,
    reseller: reseller?.replace(/^none$/, ''),
    plan: plan && (plan === 'none' ? '' : String((await planNamed(terminal, plan)).id)),
    locale: language?.replace(/^browser$/, ''),
    excess,
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([field, value]) =>
      value === undefined ? [] : [[field, value]],
    ),
  );
}

async function find({ app, viewer }: Terminal, login: string): Promise<Account> {
  return await app.panel.accounts.findByLogin(viewer, login.toLowerCase());
}
