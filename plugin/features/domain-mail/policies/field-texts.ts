import type { Domain } from '../../../panel/directory/domain.js';
import { type AnyPolicy, type UnknownRecipients, policies, policyNamed } from './index.js';
import type { Texts } from './policy.js';

/** What was typed for policies that are not taken, by field: kept for when they are. */
export type KeptFields = Texts;

const mostKept = 1000;

/** What of a form is kept when a policy is taken. */
export function keptFields(taken: string, body: unknown): KeptFields {
  const sent = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const others = policies.filter(({ key }) => key !== taken).flatMap(fieldsOf);
  return Object.fromEntries(
    sent.filter(
      ([name, value]) =>
        others.includes(name) &&
        typeof value === 'string' &&
        value !== '' &&
        value.length <= mostKept,
    ),
  );
}

/** What is kept when the policy becomes another: its fields join those that were kept. */
export function keptAfter(
  kept: KeptFields,
  before: UnknownRecipients,
  after: UnknownRecipients,
): KeptFields {
  const fields = before.policy === after.policy ? kept : { ...kept, ...textsOf(before) };
  return keptFields(after.policy, fields);
}

/** What the fields of all policies show: what is set, what was last typed, or what they begin with. */
export function shownTexts({
  domain,
  kept,
  unknown,
}: {
  readonly domain: Domain;
  readonly kept: KeptFields;
  readonly unknown: UnknownRecipients;
}): Texts {
  const presets = policies
    .flatMap(({ fields }) => Object.entries(fields))
    .map(([name, field]) => [name, field.preset?.(domain) ?? '']);
  return { ...Object.fromEntries(presets), ...kept, ...textsOf(unknown) };
}

export function fieldsOf({ fields }: AnyPolicy): readonly string[] {
  return Object.keys(fields);
}

function textsOf(unknown: UnknownRecipients): Texts {
  return policyNamed(unknown.policy).texts(unknown);
}
