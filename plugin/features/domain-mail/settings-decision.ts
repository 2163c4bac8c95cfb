import type { EmailAddress } from '../../addresses/index.js';
import { type ChangedFields, changedFields, isChange } from '../../changes/changed-fields.js';
import { type Decision, refusedAt } from '../../changes/decision.js';
import type { FieldError } from '../../errors.js';
import type { EffectivePlan, OutgoingLimit } from '../../panel/directory/effective-plan.js';
import { ownLimitRefusal } from '../../panel/directory/own-limit.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Viewer } from '../../viewing/viewer.js';
import { type TargetFacts, targetRefusal } from '../mailboxes/index.js';
import type { MailSettings, WantedSettings } from './mail-settings.js';
import { type KeptFields, keptAfter } from './policies/field-texts.js';
import { type UnknownRecipients, policyNamed } from './policies/index.js';
import { outsideNotInPlan, policyNotInPlan, relayNotInPlan } from './plan-refusals.js';
import type { PolicyFacts } from './policies/policy.js';
import { type RelayFacts, refusalOfRelay } from './relays.js';
import { type Offer, keptIn, settingsFrom } from './store.js';
import { auditFields } from './audit-fields.js';

/** What decisions about any number of domains depend on, beside their rows. */
export interface SettingsFacts extends PolicyFacts {
  /** Each owner's offer by ID; empty unless a webmail is wanted. */
  readonly offers: ReadonlyMap<number, Offer>;
  /** Each owner's plan by ID; empty unless an outgoing limit is wanted. */
  readonly plans: ReadonlyMap<number, EffectivePlan>;
  /** The wanted SMTP server. */
  readonly relay: RelayFacts | undefined;
  /** The wanted forwarding address. */
  readonly target: TargetFacts | undefined;
  /** Whether a domain that forwards there would send mail round in circles, as things are now. */
  readonly loops: (domain: string) => boolean;
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
  readonly wanted: Partial<MailSettings>;
  /** Texts typed for the other policies. */
  readonly kept: KeptFields;
  /** The version that is replaced. */
  readonly version: number;
}

/** Pure: the facts hold what it needs from the database. */
export function decideSettings(
  viewer: Viewer,
  subject: DomainSubject,
  wanted: WantedSettings,
): Decision<SettingsChange> {
  const { row, facts } = subject;
  const before = settingsFrom(row);
  const after = { ...before, ...wanted.settings };
  const policy = policyNotInPlan(viewer, before.unknown, after.unknown);
  const refused = refusedAt({
    policy,
    ...(policy === undefined && after.enabled && isAboutMail(wanted)
      ? policyRefusals(viewer, subject, { before, after })
      : {}),
    relay: relayRefusal(viewer, subject, after),
    webmail: webmailRefusal(subject, after),
    limitPerHour: limitRefusal(viewer, row, after, facts.plans.get(row.owner_id)),
  });
  if (refused !== undefined) {
    return refused;
  }
  const changed = changedFields(auditFields(before), auditFields(after));
  return {
    kind: isChange(changed) ? 'will-change' : 'already-so',
    change: {
      viewer,
      row,
      before,
      after,
      changed,
      wanted: wanted.settings,
      kept: wanted.kept ?? keptAfter(keptIn(row), before.unknown, after.unknown),
      version: wanted.version ?? row.version,
    },
  };
}

/** A policy that was set before does not prevent changing the webmail. */
function isAboutMail({ settings }: WantedSettings): boolean {
  return settings.unknown !== undefined || settings.enabled !== undefined;
}

interface BeforeAndAfter {
  readonly before: MailSettings;
  readonly after: MailSettings;
}

function policyRefusals(
  viewer: Viewer,
  { row, facts }: DomainSubject,
  change: BeforeAndAfter,
): Readonly<Record<string, FieldError | undefined>> {
  const { unknown } = change.after;
  const refusals = policyNamed(unknown.policy).refusals?.(unknown, { viewer, row, facts }) ?? {};
  const target = isNewTarget(change) ? targetOf(unknown) : undefined;
  return target === undefined
    ? refusals
    : {
        ...refusals,
        [target.field]:
          refusals[target.field] ??
          outsideNotInPlan(viewer, row.owner_id, facts.target?.domain?.owner_id) ??
          refusalOfTarget(row, change.after, facts),
      };
}

/** A target that received mail before, by the same policy, does not prevent other changes. */
export function isNewTarget({ before, after }: BeforeAndAfter): boolean {
  const [from, to] = [targetOf(before.unknown), targetOf(after.unknown)];
  const isSame = before.enabled && before.unknown.policy === after.unknown.policy;
  return to !== undefined && !(isSame && from?.address.equals(to.address) === true);
}

/** The forwarding address and its field. */
export function targetOf(
  unknown: UnknownRecipients,
): { readonly field: string; readonly address: EmailAddress } | undefined {
  const { target } = policyNamed(unknown.policy);
  return target && { field: target.field, address: target.of(unknown) };
}

/** The domain itself counts with its new settings. */
function refusalOfTarget(
  row: DomainRow,
  { enabled, unknown }: MailSettings,
  { target, loops }: SettingsFacts,
): FieldError | undefined {
  if (target === undefined) {
    return undefined;
  }
  const own = { mail_enabled: Number(enabled), unknown_policy: unknown.policy };
  const isOwn = target.domain?.id === row.id;
  return (
    targetRefusal(isOwn ? { ...target, domain: { ...target.domain, ...own } } : target) ??
    (loops(row.name) ? forwardLoop : undefined)
  );
}

export const forwardLoop: FieldError = { key: 'domain-mail.errors.forward-loop' };

function relayRefusal(
  viewer: Viewer,
  { row, facts }: DomainSubject,
  { relayId }: MailSettings,
): FieldError | undefined {
  return isNewRelay(row, relayId)
    ? (relayNotInPlan(viewer) ?? refusalOfRelay(row.owner_id, facts.relay))
    : undefined;
}

/** A value that was set before does not prevent other changes. */
export function isNewRelay({ relay_id }: DomainRow, id: number | undefined): id is number {
  return id !== undefined && id !== relay_id;
}

function webmailRefusal(
  { row, facts }: DomainSubject,
  { webmail }: MailSettings,
): FieldError | undefined {
  const offered = facts.offers.get(row.owner_id)?.webmails ?? [];
  return !isNewWebmail(row, webmail) || offered.some(({ key }) => key === webmail)
    ? undefined
    : { key: 'domain-mail.errors.webmail-not-offered' };
}

export function isNewWebmail(
  row: DomainRow,
  webmail: MailSettings['webmail'],
): webmail is NonNullable<MailSettings['webmail']> {
  return webmail !== undefined && webmail !== row.webmail;
}

/** Why a domain cannot have its outgoing limit, if so. @param plan its owner's. */
export function limitRefusal(
  viewer: Viewer,
  row: Pick<DomainRow, 'limit_per_hour'>,
  { limitPerHour }: Pick<MailSettings, 'limitPerHour'>,
  plan: EffectivePlan | undefined,
): FieldError | undefined {
  return plan && ownLimitRefusal(viewer, limitPerHour, limitOf(row, plan));
}

export function limitOf(
  { limit_per_hour: own }: Pick<DomainRow, 'limit_per_hour'>,
  plan: EffectivePlan,
): OutgoingLimit {
  return plan.outgoing('domain', own ?? undefined);
}
