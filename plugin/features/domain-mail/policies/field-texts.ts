import type { Domain } from '../../../panel/directory/domain.js';
import { type AnyPolicy, type UnknownRecipients, policies, policyNamed } from './index.js';
import type { Texts } from './policy.js';

/** Texts typed for policies that are not selected, by field, kept for later. */
export type KeptFields = Texts;

const mostKept = 1000;

/** The fields of a form to keep when a policy is selected. */
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

/** The texts to keep when the policy changes: its fields join the others. */
export function keptAfter(
  kept: KeptFields,
  before: UnknownRecipients,
  after: UnknownRecipients,
): KeptFields {
  const fields = before.policy === after.policy ? kept : { ...kept, ...textsOf(before) };
  return keptFields(after.policy, fields);
}

/** The texts that the fields of all policies show: the setting, the text typed last, or the preset. */
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
