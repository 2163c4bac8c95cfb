import assert from 'node:assert/strict';
import {
  type Effective,
  EffectivePlan,
  type PlansOf,
} from '../../../plugin/panel/directory/effective-plan.js';
import { effectiveText } from '../../../plugin/panel/directory/effective-text.js';
import type { Plan, PlanNumbers } from '../../../plugin/panel/directory/plan.js';
import { languageFor } from '../../../plugin/web/locale.js';

const plan = (name: string, numbers: PlanNumbers = {}): Plan => ({
  id: 1,
  name,
  permissions: [],
  webmails: [],
  version: 1,
  ...numbers,
});
const customer = (
  own: Plan | undefined,
  reseller?: { readonly plan: Plan | undefined },
): PlansOf => ({
  role: 'customer',
  plan: own,
  reseller: reseller && { login: 'north', ...reseller },
});
const basic = (numbers: PlanNumbers): Plan => plan('Basic', numbers);
const gold = (numbers: PlanNumbers): Plan => plan('Gold', numbers);

describe('an effective value', () => {
  const cases: [why: string, of: PlansOf, text: string][] = [
    ['that the plan has', customer(basic({ maxDomains: 5 })), '5, from the plan Basic'],
    ['without a limit', customer(basic({})), 'No limit, from the plan Basic'],
    [
      'that the reseller’s plan limits',
      customer(basic({ maxDomains: 5 }), { plan: gold({ maxDomains: 3 }) }),
      '3, limited by the reseller’s plan Gold',
    ],
    [
      'that only the reseller’s plan limits',
      customer(basic({}), { plan: gold({ maxDomains: 3 }) }),
      '3, limited by the reseller’s plan Gold',
    ],
    [
      'within the reseller’s plan',
      customer(basic({ maxDomains: 5 }), { plan: gold({ maxDomains: 5 }) }),
      '5, from the plan Basic',
    ],
    [
      'of an account without a plan',
      customer(undefined, { plan: gold({ maxDomains: 3 }) }),
      '3, limited by the reseller’s plan Gold',
    ],
    ['that nobody limits', customer(undefined), 'No limit'],
  ];
  for (const [why, of, text] of cases) {
    it(`says its source: one ${why}`, () => {
      const limit = new EffectivePlan(of).limit('maxDomains');
      assert.equal(effectiveText(limit, 'number', languageFor('en')), text);
    });
  }
});

describe('an outgoing limit', () => {
  const hourly: PlanNumbers = { domainPerHour: 50, maxDomainPerHour: 100 };
  const cases: [why: string, of: PlansOf, own: number | undefined, text: string][] = [
    [
      'is the plan’s without a custom one',
      customer(basic(hourly)),
      undefined,
      '50 messages per hour, from the plan Basic',
    ],
    [
      'differs from the same number typed',
      customer(basic(hourly)),
      50,
      '50 messages per hour, custom',
    ],
    [
      'is the highest without a preset',
      customer(basic({ maxDomainPerHour: 100 })),
      undefined,
      '100 messages per hour, from the plan Basic',
    ],
    [
      'stays above a maximum that was lowered',
      customer(basic(hourly)),
      200,
      '200 messages per hour, custom',
    ],
    [
      'is never above the reseller’s maximum',
      customer(basic(hourly), { plan: gold({ maxDomainPerHour: 40 }) }),
      200,
      '40 messages per hour, limited by the reseller’s plan Gold',
    ],
    ['may be nothing at all', customer(basic(hourly)), 0, '0 messages per hour, custom'],
  ];
  for (const [why, of, own, text] of cases) {
    it(why, () => {
      const limit: Effective = new EffectivePlan(of).outgoing('domain', own);
      assert.equal(effectiveText(limit, 'per-hour', languageFor('en')), text);
    });
  }
});
