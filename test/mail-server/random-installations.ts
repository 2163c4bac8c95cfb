import * as fc from 'fast-check';
import { EmailAddress } from '../../plugin/addresses/index.js';
import type { MailPanel, Policy } from '../support/mail/panel.js';

/** A few random domains with mailboxes, aliases and policies, and recipients in odd spellings. */
export interface RandomInstallation {
  readonly domains: readonly RandomDomain[];
  readonly recipients: readonly RandomRecipient[];
}

interface RandomDomain {
  readonly policy: 'reject' | 'text' | 'bounce' | 'forward' | 'redirect' | 'off';
  readonly forwardTo: Place;
  /** By their index in `names`. */
  readonly members: readonly Member[];
}

type Member =
  | { readonly kind: 'none' }
  | { readonly kind: 'mailbox'; readonly suspended: boolean }
  | { readonly kind: 'alias'; readonly targets: readonly Place[] };

/** An address of the installation or outside, with or without a tag. */
interface Place {
  readonly domain: number;
  readonly name: string;
  readonly tag: string;
}

interface RandomRecipient {
  readonly place: Place;
  readonly spelling: (typeof spellings)[number];
  readonly form: (typeof forms)[number];
}

/** Local parts; the last two are never members. */
const names = ['box', 'boss', 'desk', 'team', 'postmaster'] as const;
const strangers = ['nobody', 'abuse'] as const;

/** Name templates of an installation's domains; the second folds to the first. */
const domainNames = [
  (n: number) => `fass${n}.test`,
  (n: number) => `faß${n}.test`,
  (n: number) => `grün${n}.test`,
  (n: number) => `plain${n}.test`,
] as const;
const outside = domainNames.length;

const spellings = [
  (name: string) => name,
  (name: string) => name.toUpperCase(),
  (name: string) => `"${name}"`,
  (name: string) => `"${name.replaceAll(/./g, String.raw`\$&`)}"`,
  (name: string) => `${name}+${'t'.repeat(70)}`,
  (name: string) => `${name}+${'t'.repeat(250)}`,
  (name: string) => `"${name}+a b"`,
  (name: string) => `${name}%outside.test`,
  (name: string) => `outside.test!${name}`,
  (name: string) => `"${name}@outside.test"`,
  (name: string) => `-${name}`,
  (name: string) => `+${name}`,
  (name: string) => `${name}+`,
  (name: string) => `.${name}`,
  (name: string) => `${name}..x`,
  (name: string) => name.replace('ss', 'ß'),
  (name: string) => name.replace('s', 'ſ').replace('k', '\u212a'),
] as const;

const ascii = (name: string): string => EmailAddress.parse(`x@${name}`).domain.ascii;
const forms = [
  ascii,
  (name: string) => ascii(name).toUpperCase(),
  (name: string) => name,
  (name: string) => name.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()),
  (name: string) => name.toUpperCase(),
  (name: string) => name.normalize('NFD'),
  (name: string) => name.replace('.', '。'),
  (name: string) => `${name}.`,
  (name: string) => `${ascii(name)}..`,
  (name: string) => name.replace('ss', 'ſſ').replace('k', '\u212a'),
] as const;

const placeParts = {
  name: fc.constantFrom(...names, ...names, ...strangers),
  tag: fc.constantFrom('', '', '', '+x', '+x+y'),
};

const anyPlace = fc.record({ ...placeParts, domain: fc.nat({ max: outside }) });

const anyMember = fc.oneof(
  fc.constant<Member>({ kind: 'none' }),
  fc.record({ kind: fc.constant('mailbox' as const), suspended: fc.boolean() }),
  fc.record({
    kind: fc.constant('alias' as const),
    targets: fc.uniqueArray(anyPlace, { minLength: 1, maxLength: 3 }),
  }),
);

function mostlyFirst<T>([first, ...others]: readonly [T, ...T[]]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 2 * others.length, arbitrary: fc.constant(first) },
    ...others.map((each) => ({ weight: 1, arbitrary: fc.constant(each) })),
  );
}

/** @param perInstallation the number of recipients in each. */
export function randomInstallation(perInstallation: number): fc.Arbitrary<RandomInstallation> {
  const recipient = fc.record({
    place: fc.record({ ...placeParts, domain: fc.nat({ max: outside - 1 }) }),
    spelling: mostlyFirst(spellings),
    form: mostlyFirst(forms),
  });
  return fc.record({
    domains: fc.array(
      fc.record({
        policy: fc.constantFrom('reject', 'text', 'bounce', 'forward', 'redirect', 'off' as const),
        forwardTo: anyPlace,
        members: fc.array(anyMember, { minLength: names.length, maxLength: names.length }),
      }),
      { minLength: outside, maxLength: outside },
    ),
    recipients: fc.array(recipient, { minLength: perInstallation, maxLength: perInstallation }),
  });
}

/** @param number distinguishes its domains from those of others. */
export async function install(
  panel: MailPanel,
  { domains }: RandomInstallation,
  { number, other }: { readonly number: number; readonly other: string },
): Promise<void> {
  const address = addressesOf(number);
  for (const [index, { policy, forwardTo, members }] of domains.entries()) {
    const domain = domainNames[index]?.(number) ?? '';
    await panel.createDomain(domain, 'boss@outside.test');
    await panel.setPolicy(domain, policyOf(policy, { to: address(forwardTo), ip: other }));
    for (const [at, each] of members.entries()) {
      await addMember(panel, `${names[at]}@${domain}`, each, address);
    }
    if (policy === 'off') {
      await panel.setMailEnabled(domain, false);
    }
  }
}

async function addMember(
  panel: MailPanel,
  address: string,
  member: Member,
  addressOf: (place: Place) => string,
): Promise<void> {
  if (member.kind === 'mailbox') {
    await panel.createMailbox(address, { suspended: member.suspended });
  } else if (member.kind === 'alias') {
    await panel.createAlias(address, [...new Set(member.targets.map(addressOf))]);
  }
}

function policyOf(
  policy: RandomDomain['policy'],
  { to, ip }: { readonly to: string; readonly ip: string },
): Policy {
  switch (policy) {
    case 'off':
    case 'reject':
      return { unknown: 'reject' };
    case 'text':
      return { unknown: 'reject', text: 'Parti à l’étranger.' };
    case 'bounce':
      return { unknown: 'bounce', text: 'Parti à l’étranger.' };
    case 'forward':
      return { unknown: 'forward', to };
    case 'redirect':
      return { unknown: 'redirect', ip, port: 25 };
  }
}

/** The path in RCPT, without angle brackets. */
export function typedForm({ place, spelling, form }: RandomRecipient, number: number): string {
  const name = spelling(place.name);
  const local = name.startsWith('"') ? name : name + place.tag;
  return `${local}@${form(domainNames[place.domain]?.(number) ?? '')}`;
}

function addressesOf(number: number): (place: Place) => string {
  return ({ domain, name, tag }) =>
    EmailAddress.parse(
      `${name}${tag}@${domainNames[domain]?.(number) ?? 'outside.test'}`,
    ).toString();
}
