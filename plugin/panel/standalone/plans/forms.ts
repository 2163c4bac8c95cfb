import Joi from 'joi';
import { type Plan, usualLimits } from '../../directory/plan.js';
import type { NewPlan } from '../../directory/plan-store.js';
import { type FormValues, parseForm } from '../../../web/forms.js';

const bytesPerMegabyte = 1024 ** 2;
const mostMegabytes = 10_000_000;

interface LimitFields {
  readonly maxMailboxes: number | '';
  readonly maxAliases: number | '';
  readonly maxQuotaMegabytes: number | '';
  readonly maxMessages: number | '';
  readonly maxMessageMegabytes: number | '';
  readonly maxSmtpServers: number | '';
}

interface PlanFields extends LimitFields {
  readonly version: number;
  readonly name: string;
  /** `permission.<id>` and `webmail.<id>`, each a box. */
  readonly [box: string]: unknown;
}

export interface PlanForm {
  readonly version: number;
  readonly plan: NewPlan;
}

const limit = Joi.number().integer().min(0).max(1_000_000).allow('');
const megabytes = Joi.number().integer().min(1).max(mostMegabytes).allow('');

const rules = {
  name: Joi.string()
    .trim()
    .max(100)
    .pattern(/^[^\p{Cc}\u2028\u2029]*$/u, 'plain'),
  maxMailboxes: limit,
  maxAliases: limit,
  maxQuotaMegabytes: megabytes,
  maxMessages: limit.max(100_000_000),
  maxMessageMegabytes: megabytes,
  maxSmtpServers: limit,
};

/** Fields that are given. */
const someOfPlan = Joi.object<Partial<LimitFields> & { readonly name?: string }>(rules);

/** An empty limit means none. @throws {InvalidInputError} */
export function parseSomeOfPlan(typed: FormValues): Partial<NewPlan> {
  const { name, ...limits } = parseForm(someOfPlan, typed);
  return { ...(name !== undefined && { name }), ...limitsIn(limits) };
}

/** What a plan can include: IDs of permissions, and keys of webmail applications. */
export type Includable = Pick<Plan, 'permissions' | 'webmails'>;

const box = Joi.boolean().truthy('1').empty('').default(false);

/** @throws {InvalidInputError} */
export function parsePlanForm(body: unknown, includable: Includable): PlanForm {
  const boxes = boxesOf(includable).map((name) => [name, box] as const);
  const schema = Joi.object<PlanFields>({
    version: Joi.number().integer().default(0),
    name: rules.name.required(),
    maxMailboxes: limit.default(''),
    maxAliases: limit.default(''),
    maxQuotaMegabytes: megabytes.default(''),
    // Limits of accounts rather than of their domains: left out, they have the usual values.
    maxMessages: rules.maxMessages.default(usualLimits.maxMessages),
    maxMessageMegabytes: megabytes.default(usualLimits.maxMessageBytes / bytesPerMegabyte),
    maxSmtpServers: limit.default(usualLimits.maxSmtpServers),
    ...Object.fromEntries(boxes),
  });
  const fields = parseForm(schema, body);
  return {
    version: fields.version,
    plan: {
      name: fields.name,
      permissions: includable.permissions.filter((id) => fields[`permission.${id}`] === true),
      webmails: includable.webmails.filter((id) => fields[`webmail.${id}`] === true),
      maxMailboxes: numberIn(fields.maxMailboxes),
      maxAliases: numberIn(fields.maxAliases),
      maxQuotaBytes: bytesIn(fields.maxQuotaMegabytes),
      maxMessages: numberIn(fields.maxMessages),
      maxMessageBytes: bytesIn(fields.maxMessageMegabytes),
      maxSmtpServers: numberIn(fields.maxSmtpServers),
    },
  };
}

/** A new plan grants everything and has the usual limits. */
export function presetPlan(name: string, includable: Includable): NewPlan {
  return {
    name,
    ...includable,
    maxMailboxes: undefined,
    maxAliases: undefined,
    maxQuotaBytes: undefined,
    ...usualLimits,
  };
}

/** Form values of a plan; a new one grants everything and has the usual limits. */
export function planValues(plan: Plan | undefined, includable: Includable): FormValues {
  const { maxMessages, maxMessageBytes, maxSmtpServers } = plan ?? usualLimits;
  const granted = boxesOf(plan ?? includable);
  return {
    version: String(plan?.version ?? 0),
    name: plan?.name ?? '',
    maxMailboxes: textOf(plan?.maxMailboxes),
    maxAliases: textOf(plan?.maxAliases),
    maxQuotaMegabytes: megabytesOf(plan?.maxQuotaBytes),
    maxMessages: textOf(maxMessages),
    maxMessageMegabytes: megabytesOf(maxMessageBytes),
    maxSmtpServers: textOf(maxSmtpServers),
    ...Object.fromEntries(
      boxesOf(includable).map((name) => [name, granted.includes(name) ? '1' : '']),
    ),
  };
}

function boxesOf(plan: Includable): readonly string[] {
  return [
    ...plan.permissions.map((id) => `permission.${id}`),
    ...plan.webmails.map((id) => `webmail.${id}`),
  ];
}

function limitsIn(
  fields: Partial<LimitFields>,
): Partial<Omit<NewPlan, 'name' | 'permissions' | 'webmails'>> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) =>
      field.endsWith('Megabytes')
        ? [field.replace('Megabytes', 'Bytes'), bytesIn(value)]
        : [field, numberIn(value)],
    ),
  );
}

function numberIn(value: number | ''): number | undefined {
  return value === '' ? undefined : value;
}

function bytesIn(value: number | ''): number | undefined {
  return value === '' ? undefined : value * bytesPerMegabyte;
}

function megabytesOf(bytes: number | undefined): string {
  return textOf(bytes && bytes / bytesPerMegabyte);
}

function textOf(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}
