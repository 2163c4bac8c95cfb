import Joi from 'joi';
import {
  type Plan,
  type PlanNumber,
  type PlanNumbers,
  planNumbers,
  usualLimits,
} from '../../directory/plan.js';
import type { NewPlan } from '../../directory/plan-store.js';
import { type FormValues, parseForm } from '../../../web/forms.js';

const bytesPerMegabyte = 1024 ** 2;
const mostMegabytes = 10_000_000;

/** What happens to custom values above the maximum of a changed plan. */
export const excesses = ['keep', 'lower', 'refuse'] as const;
export type Excess = (typeof excesses)[number];

interface PlanFields {
  readonly version: number;
  readonly name: string;
  readonly excess: Excess;
  /** `permission.<id>` and `webmail.<id>`, each a box, and numbers. */
  readonly [field: string]: unknown;
}

export interface PlanForm {
  readonly version: number;
  readonly plan: NewPlan;
  readonly excess?: Excess;
}

const limit = Joi.number().integer().min(0).max(1_000_000).allow('');
const megabytes = Joi.number().integer().min(1).max(mostMegabytes).allow('');

/** The field of a number: bytes are typed as megabytes. */
export function fieldOf(number: PlanNumber): string {
  return number.replace(/Bytes$/, 'Megabytes');
}

function ruleOf(number: PlanNumber): Joi.NumberSchema {
  if (number.endsWith('Bytes')) {
    return megabytes;
  }
  return number === 'maxMessages' ? limit.max(100_000_000) : limit;
}

const name = Joi.string()
  .trim()
  .max(100)
  .pattern(/^[^\p{Cc}\u2028\u2029]*$/u, 'plain');

/** Fields that are given. */
const someOfPlan = Joi.object<Readonly<Record<string, unknown>>>({
  name,
  ...Object.fromEntries(planNumbers.map((number) => [fieldOf(number), ruleOf(number)])),
});

/** An empty limit means none. @throws {InvalidInputError} */
export function parseSomeOfPlan(typed: FormValues): Partial<NewPlan> {
  const fields = parseForm(someOfPlan, typed);
  const given = planNumbers.filter((number) => fieldOf(number) in typed);
  return {
    ...('name' in typed && { name: String(fields['name']) }),
    ...Object.fromEntries(given.map((number) => [number, numberIn(fields, number)])),
  };
}

/** What a plan can include: IDs of permissions, and keys of webmail applications. */
export type Includable = Pick<Plan, 'permissions' | 'webmails'>;

const box = Joi.boolean().truthy('1').empty('').default(false);

/** @throws {InvalidInputError} */
export function parsePlanForm(body: unknown, includable: Includable): PlanForm {
  const boxes = boxesOf(includable).map((each) => [each, box] as const);
  const fields = parseForm(
    Joi.object<PlanFields>({
      version: Joi.number().integer().default(0),
      name: name.required(),
      ...Object.fromEntries(planNumbers.map((each) => [fieldOf(each), withDefault(each)])),
      ...Object.fromEntries(boxes),
      excess: Joi.valid(...excesses).default('keep'),
    }),
    body,
  );
  return {
    version: fields.version,
    excess: fields.excess,
    plan: {
      name: fields.name,
      permissions: includable.permissions.filter((id) => fields[`permission.${id}`] === true),
      webmails: includable.webmails.filter((id) => fields[`webmail.${id}`] === true),
      ...Object.fromEntries(planNumbers.map((each) => [each, numberIn(fields, each)])),
    },
  };
}

const usual: PlanNumbers = usualLimits;

/** Usual limits where they are left out. */
function withDefault(number: PlanNumber): Joi.NumberSchema {
  return ruleOf(number).default(textOf(number, usual[number]));
}

/** A new plan grants everything and has the usual limits. */
export function presetPlan(planName: string, includable: Includable): NewPlan {
  return { name: planName, ...includable, ...usualLimits };
}

/** Form values of a plan; a new one grants everything and has the usual limits. */
export function planValues(plan: Plan | undefined, includable: Includable): FormValues {
  const numbers: PlanNumbers = plan ?? usualLimits;
  const granted = boxesOf(plan ?? includable);
  return {
    version: String(plan?.version ?? 0),
    name: plan?.name ?? '',
    excess: 'keep',
    ...Object.fromEntries(planNumbers.map((each) => [fieldOf(each), textOf(each, numbers[each])])),
    ...Object.fromEntries(
      boxesOf(includable).map((each) => [each, granted.includes(each) ? '1' : '']),
    ),
  };
}

function boxesOf(plan: Includable): readonly string[] {
  return [
    ...plan.permissions.map((id) => `permission.${id}`),
    ...plan.webmails.map((id) => `webmail.${id}`),
  ];
}

function numberIn(
  fields: Readonly<Record<string, unknown>>,
  number: PlanNumber,
): number | undefined {
  const value = fields[fieldOf(number)] ?? '';
  return value === '' ? undefined : Number(value) * unitOf(number);
}

function textOf(number: PlanNumber, value: number | undefined): string {
  return value === undefined ? '' : String(value / unitOf(number));
}

function unitOf(number: PlanNumber): number {
  return number.endsWith('Bytes') ? bytesPerMegabyte : 1;
}
