import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { EmailAddress } from '../../../plugin/addresses/index.js';
import type { EngineName } from '../../../plugin/database/engine.js';
import { InvalidInputError } from '../../../plugin/errors.js';
import {
  aliasForm,
  mailboxForm,
  newAliasForm,
  newMailboxForm,
} from '../../../plugin/features/mailboxes/forms.js';
import type { MailboxRow } from '../../../plugin/features/mailboxes/mailbox-store.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { type TestApp, openTestApp } from '../../support/app.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';

export const goodPassword = 'tR4v8-mKq2x-Hn7wz';

type Typed = Readonly<Record<string, string>>;

interface Entry {
  readonly subject: string;
  readonly action: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Marie with two domains and Paul with one, on plans that allow everything, and frequent actions on them. */
export class Scene {
  readonly app: TestApp;
  readonly planId: number;
  readonly marie: Viewer;
  readonly paul: Viewer;

  private constructor(
    app: TestApp,
    planId: number,
    people: { readonly marie: Viewer; readonly paul: Viewer },
  ) {
    this.app = app;
    this.planId = planId;
    this.marie = people.marie;
    this.paul = people.paul;
  }

  static async open(
    engine: EngineName,
    env: Readonly<Record<string, string>> = {},
    migrate: (db: Knex) => Promise<unknown> = async () => undefined,
  ): Promise<Scene> {
    const app = await openTestApp(engine, env);
    await migrate(app.db.knex);
    const planId = await addPlan(app);
    const marie = await viewerOf(app, await addAccount(app, 'marie', { planId }));
    const paul = await viewerOf(app, await addAccount(app, 'paul', { planId }));
    await addDomain(app, 'marie.example', 'marie');
    await addDomain(app, 'bücher.example', 'marie');
    await addDomain(app, 'paul.example', 'paul');
    return new Scene(app, planId, { marie, paul });
  }

  /** With a mailbox `box` of each. */
  static async withBoxes(engine: EngineName): Promise<Scene> {
    const scene = await Scene.open(engine);
    await scene.addMailbox(scene.marie, 'box@marie.example');
    await scene.addMailbox(scene.paul, 'box@paul.example');
    return scene;
  }

  async close(): Promise<void> {
    await this.app.remove();
  }

  readonly addMailbox = async (
    viewer: Viewer,
    address: string,
    typed: Typed = {},
  ): Promise<number> => {
    const { domain } = EmailAddress.parse(address);
    const form = parseForm(newMailboxForm(domain), { address, password: goodPassword, ...typed });
    return await this.app.features.mailboxes.create(viewer, domain.ascii, form);
  };

  readonly setMailbox = async (viewer: Viewer, address: string, typed: Typed): Promise<void> => {
    const { mailboxes } = this.app.features;
    const { domain, mailbox } = await mailboxes.byAddress(viewer, EmailAddress.parse(address));
    const form = parseForm(mailboxForm, { version: mailbox.version, ...typed });
    await mailboxes.change(viewer, domain.name, mailbox.id, form);
  };

  /** The stored row; undefined if there is none. */
  readonly mailboxRow = async (address: string): Promise<MailboxRow | undefined> =>
    await this.app.db.knex<MailboxRow>('mailboxes').where({ address }).first();

  readonly addAlias = async (
    viewer: Viewer,
    address: string,
    ...targets: readonly string[]
  ): Promise<number> => {
    const { domain } = EmailAddress.parse(address);
    const form = parseForm(newAliasForm(domain), { address, targets: targets.join('\n') });
    return await this.app.features.aliases.create(viewer, domain.ascii, form);
  };

  readonly setAlias = async (
    viewer: Viewer,
    address: string,
    typed: { readonly address?: string; readonly targets?: readonly string[] },
  ): Promise<void> => {
    const { aliases } = this.app.features;
    const { domain, domainName, alias } = await aliases.byAddress(
      viewer,
      EmailAddress.parse(address),
    );
    const form = parseForm(aliasForm(domainName), {
      version: alias.version,
      address: typed.address ?? address,
      targets: (typed.targets ?? alias.targets).join(', '),
    });
    await aliases.change(viewer, domain.name, alias.id, form);
  };

  readonly removeAlias = async (viewer: Viewer, address: string): Promise<void> => {
    const { aliases } = this.app.features;
    const { domain, alias } = await aliases.byAddress(viewer, EmailAddress.parse(address));
    await aliases.remove(viewer, domain.name, alias.id);
  };

  /** Undefined if there is no such alias. */
  readonly targetsOf = async (address: string): Promise<readonly string[] | undefined> => {
    const targets: string[] = await this.app.db
      .knex('alias_targets')
      .join('aliases', 'aliases.id', 'alias_targets.alias_id')
      .where({ address })
      .orderBy('target')
      .pluck('target');
    return targets.length === 0 ? undefined : targets;
  };

  readonly forwardUnknown = async (domain: string, to: string): Promise<void> => {
    await this.app.db
      .knex('domains')
      .where({ name: domain })
      .update({ unknown_policy: 'forward', forward_to: to });
  };

  readonly rejectUnknown = async (): Promise<void> => {
    await this.app.db.knex('domains').update({ unknown_policy: 'reject' });
  };

  /** The audit entries of a mailbox or an alias, oldest first. */
  readonly audited = async (subject: string): Promise<readonly Entry[]> =>
    (await this.app.db.knex<Entry>('audit_entries').where({ subject }).orderBy('id')).filter(
      ({ action }) => /^(mailbox|alias)\./.test(action),
    );
}

/** Why targets were refused: the reason and line of the first, and the other lines. */
export async function refusalOfTargets(
  submit: () => Promise<unknown>,
): Promise<readonly unknown[] | undefined> {
  try {
    await submit();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof InvalidInputError);
    const { reason, line, others } = error.fields['targets']?.args ?? {};
    return [reason, line, others];
  }
}
