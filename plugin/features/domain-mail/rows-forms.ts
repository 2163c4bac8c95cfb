import Joi from 'joi';
import { type FieldErrors, InvalidInputError } from '../../errors.js';
import { permittedWebmails } from '../../panel/directory/webmail.js';
import { type OwnLimitForm, ownLimitIn, ownLimitRules } from '../../panel/directory/own-limit.js';
import type { WebmailStore } from '../../panel/directory/webmail-store.js';
import type { ActionForm } from '../../previews/action.js';
import type { Viewer } from '../../viewing/viewer.js';
import { type FormValues, parseForm } from '../../web/forms.js';
import { languageOf } from '../../web/pages.js';
import type { Settings } from '../settings/index.js';
import { misplacedPort, parseTyped } from './forms.js';
import { fieldsOf } from './policies/field-texts.js';
import { mayChoose } from './plan-refusals.js';
import { policies } from './policies/index.js';
import type { Relays } from './relays.js';
import type { RowsWanted } from './rows-wanted.js';

type Form = ActionForm<RowsWanted>;

export interface FormParts {
  readonly relays: Relays;
  readonly webmails: Pick<WebmailStore, 'list'>;
  readonly settings: Settings;
}

const labels = 'domain-mail.fields';
/** What a choice of the form with all settings has for one that stays as it is. */
const asItIs = '-';

export function switched(enabled: boolean): Form {
  return { fields: [], parse: () => ({ enabled }) };
}

export function webmailForm({ webmails }: FormParts): Form {
  return {
    fields: ['webmail'],
    async parse(typed) {
      const keys = (await webmails.list()).map(({ key }) => key);
      const form = Joi.object<{ webmail: string }>({ webmail: Joi.valid(...keys, '').required() });
      const { webmail } = parseForm(form, typed);
      return { webmail: webmail === '' ? null : webmail };
    },
    page: {
      view: 'domain-mail/rows-webmail',
      content: async () => ({ webmails: permittedWebmails(await webmails.list(), 'all'), labels }),
      values: async () => ({ webmail: '' }),
    },
  };
}

export function relayForm({ relays }: FormParts): Form {
  return {
    fields: ['relay'],
    async parse({ relay }, viewer) {
      const { found, refusal } = await relays.namedWithin(viewer.scope, textIn(relay).trim());
      if (refusal !== undefined) {
        throw new InvalidInputError({ relay: refusal });
      }
      return { relay: found?.relayId ?? null };
    },
    page: {
      view: 'domain-mail/rows-outgoing',
      content: async ({ viewer }) => ({
        labels,
        mayRelay: viewer.permissions.has('domain-mail.relay'),
      }),
      values: async () => ({ relay: '' }),
    },
  };
}

export function limitForm(): Form {
  return {
    fields: ['limit', 'limitPerHour'],
    parse(typed) {
      const form = Joi.object<OwnLimitForm>({
        ...ownLimitRules,
        limit: ownLimitRules.limit.required(),
      });
      return { limit: ownLimitIn(parseForm(form, typed)).limitPerHour ?? null };
    },
    page: {
      view: 'domain-mail/rows-limit',
      content: async () => ({ labels }),
      values: async () => ({ limit: 'plan', limitPerHour: '' }),
    },
  };
}

export function policyForm({ settings }: FormParts): Form {
  const fields = ['policy', ...policies.flatMap(fieldsOf)];
  return {
    fields,
    parse: (typed) => ({ policy: policyIn(typed) }),
    page: {
      view: 'domain-mail/rows-policy',
      content: async (req) => ({
        labels,
        policies,
        mayChoose: (key: string) => mayChoose(req.viewer, key),
        outgoingControl: await settings.outgoingControl(),
        mayUseInternal: mayUseInternal(req.viewer),
        domain: { displayName: languageOf(req).t('domain-mail.rows.domain') },
      }),
      values: async () => initialTexts(),
    },
  };
}

/** @throws {InvalidInputError} */
export function policyIn(
  typed: Readonly<Record<string, unknown>>,
): NonNullable<RowsWanted['policy']> {
  const policy = policies.find(({ key }) => key === typed['policy']);
  if (policy === undefined) {
    throw new InvalidInputError({ policy: { key: 'errors.field.any.required' } });
  }
  const sent = { ...typed };
  const misplaced = misplacedPort(sent);
  const texts = Object.fromEntries(fieldsOf(policy).map((name) => [name, textIn(sent[name])]));
  const { unknown } = parseTyped(policy, texts);
  if (Object.keys(misplaced).length > 0) {
    throw new InvalidInputError(misplaced);
  }
  return { key: policy.key, texts: unknown === undefined ? {} : policy.texts(unknown) };
}

/** Of the texts that a domain's page suggests, those that suit any domain. */
function initialTexts(): FormValues {
  const texts = policies
    .flatMap(({ fields }) => Object.entries(fields))
    .map(([name, { sharedPreset = '' }]) => [name, sharedPreset] as const);
  return { policy: '', ...Object.fromEntries(texts) };
}

function mayUseInternal({ permissions }: Viewer): boolean {
  return permissions.has('domain-mail.internal');
}

function textIn(sent: unknown): string {
  return typeof sent === 'string' ? sent : '';
}

/** @throws {InvalidInputError} */
function isOn({ mailEnabled }: Readonly<Record<string, unknown>>): boolean {
  const form = Joi.object<{ mailEnabled: string }>({
    mailEnabled: Joi.valid('on', 'off').required(),
  });
  return parseForm(form, { mailEnabled }).mailEnabled === 'on';
}

/** All settings at once, each of which may stay as it is. */
export function settingsForm(parts: FormParts): Form {
  const [policy, relay, webmail] = [policyForm(parts), relayForm(parts), webmailForm(parts)];
  const limit = limitForm();
  return {
    fields: [
      'mailEnabled',
      'outgoing',
      ...policy.fields,
      ...relay.fields,
      ...limit.fields,
      ...webmail.fields,
    ],
    async parse(typed, viewer) {
      const isTyped = (name: string): boolean => (typed[name] ?? asItIs) !== asItIs;
      const wanted = await together([
        async () => assertChosen(typed, { policy, outgoing: relay, limit }),
        isTyped('mailEnabled') ? async () => ({ enabled: isOn(typed) }) : undefined,
        isTyped('policy') ? async () => await policy.parse(typed, viewer) : undefined,
        isTyped('outgoing') ? async () => await relay.parse(routeIn(typed), viewer) : undefined,
        isTyped('limit') ? async () => await limit.parse(typed, viewer) : undefined,
        isTyped('webmail') ? async () => await webmail.parse(typed, viewer) : undefined,
      ]);
      if (Object.keys(wanted).length === 0) {
        throw new InvalidInputError({ mailEnabled: { key: 'domain-mail.rows.nothing' } });
      }
      return wanted;
    },
    page: {
      view: 'domain-mail/rows-settings',
      content: async (req) => ({
        ...(await policy.page?.content(req)),
        ...(await relay.page?.content(req)),
        ...(await webmail.page?.content(req)),
        asItIs,
      }),
      values: async () => ({
        ...initialTexts(),
        policy: asItIs,
        mailEnabled: asItIs,
        outgoing: asItIs,
        relay: '',
        limit: asItIs,
        limitPerHour: '',
        webmail: asItIs,
      }),
    },
  };
}

/**
 * A form sends each choice; programs may leave one out, but not if they send what belongs to it.
 *
 * @throws {InvalidInputError}
 */
function assertChosen(
  typed: Readonly<Record<string, unknown>>,
  forms: Readonly<Record<string, Pick<Form, 'fields'>>>,
): RowsWanted {
  const missing = Object.entries(forms)
    .filter(([choice, { fields }]) => !(choice in typed) && fields.some((name) => name in typed))
    .map(([choice]) => [choice, { key: 'errors.field.any.required' }] as const);
  if (missing.length > 0) {
    throw new InvalidInputError(Object.fromEntries(missing));
  }
  return {};
}

/** An empty title would mean to send directly, which is another choice here. @throws {InvalidInputError} */
function routeIn(typed: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (typed['outgoing'] === 'direct') {
    return { relay: '' };
  }
  if (textIn(typed['relay']).trim() === '') {
    throw new InvalidInputError({ relay: { key: 'errors.field.any.required' } });
  }
  return typed;
}

/** @throws {InvalidInputError} with the errors of all. */
async function together(
  parts: readonly ((() => Promise<RowsWanted>) | undefined)[],
): Promise<RowsWanted> {
  let wanted: RowsWanted = {};
  let errors: FieldErrors = {};
  for (const part of parts) {
    try {
      wanted = { ...wanted, ...(await part?.()) };
    } catch (error) {
      if (!(error instanceof InvalidInputError)) {
        throw error;
      }
      errors = { ...errors, ...error.fields };
    }
  }
  if (Object.keys(errors).length > 0) {
    throw new InvalidInputError(errors);
  }
  return wanted;
}
