import { bounce } from './bounce.js';
import { forward } from './forward.js';
import type { Policy } from './policy.js';
import { redirect } from './redirect.js';
import { reject } from './reject.js';

const known = [reject, bounce, forward, redirect] as const;

/** A policy with its values. */
export type UnknownRecipients = ReturnType<(typeof known)[number]['from']>;
export type AnyPolicy = Policy<UnknownRecipients, Readonly<Record<string, unknown>>>;

const all: AnyPolicy[] = [...known];

/** Every policy, in the order of the page. */
export const policies: readonly AnyPolicy[] = all;

/** Adds a policy, for tests. @returns a function that removes it. */
export function addPolicy(policy: AnyPolicy): () => void {
  if (policies.some(({ key }) => key === policy.key)) {
    throw new Error(`There already is a policy ${policy.key}.`);
  }
  all.push(policy);
  return () => all.splice(all.indexOf(policy), 1);
}

/** A policy that a newer program stored counts as refusal, as for the mail servers. */
export function policyNamed(key: string): AnyPolicy {
  return policies.find((policy) => policy.key === key) ?? reject;
}
