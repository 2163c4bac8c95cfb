import { type ChangedFields, changedFields, isChange } from '../../changes/changed-fields.js';
import { type Decision, refusedAt } from '../../changes/decision.js';
import type { FieldError } from '../../errors.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { domainFrom } from '../../panel/directory/domain-store.js';
import type { Viewer } from '../../viewing/viewer.js';
import { type TargetFacts, targetRefusal } from '../mailboxes/index.js';
import {
  type KeptFields,
  type MailSettings,
  type Policy,
  type WantedSettings,
  forwardRefusal,
  keptAfter,
  redirectRefusal,
} from './mail-settings.js';
import { type RelayFacts, refusalOfRelay } from './relays.js';
import { type Offer, keptIn, settingsFrom } from './store.js';
import { rejectTextRefusal } from './texts.js';
import { inWords } from './words.js';

/** What decisions about any number of domains need to know beside their rows. */
export interface SettingsFacts {
  readonly outgoingControl: boolean;
  /** The addresses of this installation. */
  readonly ownAddresses: readonly string[];
  /** What each owner is offered, by id; empty unless a webmail is wanted. */
  readonly offers: ReadonlyMap<number, Offer>;
  /** The SMTP server that is wanted. */
  readonly relay: RelayFacts | undefined;
  /** The address that mail is to be forwarded to. */
  readonly target: TargetFacts | undefined;
}

export interface DomainSubject {
  readonly row: DomainRow;
  readonly facts: SettingsFacts;
}

/** A change of one domain's settings. */
export interface SettingsChange {
  readonly viewer: Viewer;
  readonly row: DomainRow;
  readonly before: MailSettings;
  readonly after: MailSettings;
  readonly changed: ChangedFields;
  /** What was typed for the policies that are not taken. */
  readonly kept: KeptFields;
  /** The version that is replaced. */
  readonly version: number;
}

/** Does no I/O: what it needs of the database is in the facts. */
export function decideSettings(
  viewer: Viewer,
  subject: DomainSubject,
  wanted: WantedSettings,
): Decision<SettingsChange> {
  const { row } = subject;
  const before = settingsFrom(row);
  const after = { ...before, ...wanted.settings };
  const refused = refusedAt({
    [fieldThatDecides[after.unknown.policy]]: isAboutMail(wanted)
      ? unknownRefusal(viewer, subject, { before, after })
      : undefined,
    relay: relayRefusal(subject, after),
    webmail: webmailRefusal(subject, after),
  });
  if (refused !== undefined) {
    return refused;
  }
  const changed = changedFields(inWords(before), inWords(after));
  return {
    kind: isChange(changed) ? 'will-change' : 'already-so',
    change: {
      viewer,
      row,
      before,
      after,
      changed,
      kept: wanted.kept ?? keptAfter(keptIn(row), before.unknown, after.unknown),
      version: wanted.version ?? row.version,
    },
  };
}

const fieldThatDecides = {
  reject: 'rejectText',
  bounce: 'bounceText',
  forward: 'forwardTo',
  redirect: 'redirectIp',
} as const satisfies Record<Policy, string>;

/** A policy that was set before is no reason to refuse another webmail. */
function isAboutMail({ settings }: WantedSettings): boolean {
  return settings.unknown !== undefined || settings.enabled !== undefined;
}

interface BeforeAndAfter {
  readonly before: MailSettings;
  readonly after: MailSettings;
}

function unknownRefusal(
  viewer: Viewer,
  { row, facts }: DomainSubject,
  { before, after }: BeforeAndAfter,
): FieldError | undefined {
  const { unknown } = after;
  const mayUseInternal = viewer.permissions.has('domain-mail.internal');
  if (!after.enabled) {
    return undefined;
  }
  switch (unknown.policy) {
    case 'forward':
      return (
        forwardRefusal(unknown.to, {
          domain: domainFrom(row),
          outgoingControl: facts.outgoingControl,
          mayLeaveDomain: mayUseInternal,
        }) ?? (isNewTarget({ before, after }) ? refusalOfTarget(row, after, facts) : undefined)
      );
    case 'redirect':
      return redirectRefusal(unknown.ip, {
        ownAddresses: facts.ownAddresses,
        mayUsePrivate: mayUseInternal,
      });
    case 'reject':
      return unknown.text === row.reject_text ? undefined : rejectTextRefusal(unknown.text);
    case 'bounce':
      return undefined;
  }
}

/** One that was there before is no reason to refuse another change. */
export function isNewTarget({ before, after }: BeforeAndAfter): boolean {
  const { unknown } = after;
  return (
    unknown.policy === 'forward' &&
    !(before.unknown.policy === 'forward' && before.unknown.to.equals(unknown.to))
  );
}

/** The domain itself counts as it will be. */
function refusalOfTarget(
  row: DomainRow,
  { enabled, unknown }: MailSettings,
  { target }: SettingsFacts,
): FieldError | undefined {
  const own = { mail_enabled: Number(enabled), unknown_policy: unknown.policy };
  return (
    target &&
    targetRefusal(
      target.domain?.id === row.id ? { ...target, domain: { ...target.domain, ...own } } : target,
    )
  );
}

function relayRefusal(
  { row, facts }: DomainSubject,
  { relayId }: MailSettings,
): FieldError | undefined {
  return isNewRelay(row, relayId) ? refusalOfRelay(row.owner_id, facts.relay) : undefined;
}

/** One that was there before is no reason to refuse another change. */
export function isNewRelay({ relay_id }: DomainRow, id: number | undefined): id is number {
  return id !== undefined && id !== relay_id;
}

function webmailRefusal(
  { row, facts }: DomainSubject,
  { webmail }: MailSettings,
): FieldError | undefined {
  return !isNewWebmail(row, webmail) || facts.offers.get(row.owner_id)?.webmails.includes(webmail)
    ? undefined
    : { key: 'domain-mail.errors.webmail-not-offered' };
}

export function isNewWebmail(
  row: DomainRow,
  webmail: MailSettings['webmail'],
): webmail is NonNullable<MailSettings['webmail']> {
  return webmail !== undefined && webmail !== row.webmail;
}
