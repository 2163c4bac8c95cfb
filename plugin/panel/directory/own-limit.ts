import Joi from 'joi';
import type { FieldError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import { isHeldToPlans } from './admission.js';
import type { OutgoingLimit } from './effective-plan.js';

const mostPerHour = 1_000_000;

const perHour = Joi.number().integer().min(0).max(mostPerHour);

/** The fields of an outgoing limit: the plan's, or a custom one. */
export const ownLimitRules = {
  limit: Joi.valid('plan', 'own'),
  limitPerHour: Joi.when('limit', {
    is: Joi.valid('own').required(),
    then: perHour.required(),
    otherwise: Joi.any().empty(Joi.any()),
  }),
};

export interface OwnLimitForm {
  readonly limit?: 'plan' | 'own';
  readonly limitPerHour?: number | undefined;
}

/** A form's custom limit; nothing if the form has none. */
export function ownLimitIn({ limit, limitPerHour }: OwnLimitForm): {
  readonly limitPerHour?: number | undefined;
} {
  return limit === undefined ? {} : { limitPerHour: limit === 'own' ? limitPerHour : undefined };
}

/** The fields of a stored custom limit. */
export function ownLimitValues(
  own: number | undefined,
): Readonly<Record<'limit' | 'limitPerHour', string>> {
  return own === undefined
    ? { limit: 'plan', limitPerHour: '' }
    : { limit: 'own', limitPerHour: String(own) };
}

/** Why a viewer cannot give this limit, if so. One that was set before stays. */
export function ownLimitRefusal(
  viewer: Viewer,
  wanted: number | undefined,
  { own, most: { value: most } }: Pick<OutgoingLimit, 'own' | 'most'>,
): FieldError | undefined {
  const isAbove = wanted !== undefined && wanted !== own && most !== undefined && wanted > most;
  return isAbove && isHeldToPlans(viewer)
    ? { key: 'plans.errors.limit-above-most', args: { count: most } }
    : undefined;
}

/** A stored custom limit, or the highest that a plan permits if that is less; null inherits the plan's. */
export function permittedLimit(own: unknown, most: number | undefined): number | null {
  return own === null || own === undefined ? null : Math.min(Number(own), most ?? Infinity);
}
