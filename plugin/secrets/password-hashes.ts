import type { FieldError } from '../errors.js';

/** A scheme of Dovecot whose hashes can be brought along. */
interface Scheme {
  readonly name: string;
  readonly form: RegExp;
  /** Whether checking it takes no longer, and no more memory, than mail servers can afford. */
  isAffordable(parts: Readonly<Record<string, string | undefined>>): boolean;
}

const atMost = (text: string | undefined, most: number): boolean => Number(text ?? 0) <= most;

/** Of crypt(5): 5,000 are usual. */
const mostRounds = 200_000;

/** Schemes that are safe today: every sign-in costs what a hash says, so that is limited. */
const schemes: readonly Scheme[] = [
  {
    name: 'ARGON2ID',
    form: /^\$argon2id\$v=19\$m=(?<memory>\d{1,7}),t=(?<passes>\d{1,3}),p=(?<lanes>\d{1,2})\$[\w+/]{11,86}\$[\w+/]{22,171}$/,
    // Dovecot's process for passwords has 256 MiB.
    isAffordable: ({ memory, passes, lanes }) =>
      atMost(memory, 131_072) && atMost(passes, 10) && atMost(lanes, 8),
  },
  {
    name: 'SHA512-CRYPT',
    form: /^\$6\$(?:rounds=(?<rounds>\d{4,9})\$)?[./\dA-Za-z]{1,16}\$[./\dA-Za-z]{86}$/,
    isAffordable: ({ rounds }) => atMost(rounds, mostRounds),
  },
  {
    name: 'SHA256-CRYPT',
    form: /^\$5\$(?:rounds=(?<rounds>\d{4,9})\$)?[./\dA-Za-z]{1,16}\$[./\dA-Za-z]{43}$/,
    isAffordable: ({ rounds }) => atMost(rounds, mostRounds),
  },
  {
    name: 'BLF-CRYPT',
    form: /^\$2[aby]\$(?<cost>\d\d)\$[./\dA-Za-z]{53}$/,
    isAffordable: ({ cost }) => atMost(cost, 13) && !atMost(cost, 3),
  },
];

export const hashSchemes: readonly string[] = schemes.map(({ name }) => name);

/** Of crypt(5), as `$1$…`: taken for a password, it would let nobody in. */
const otherHash = /^\$[\w-]{1,12}\$\S{15,}$/;

const prefix = /^\{([\w.-]{2,20})\}/;

/**
 * Reads a hash of a password as other programs store it, with Dovecot's prefix or without.
 *
 * @returns with the prefix; a refusal; or undefined if the text is a password itself.
 */
export function hashIn(text: string): string | FieldError | undefined {
  const named = prefix.exec(text)?.[1]?.toUpperCase();
  const hash = text.replace(prefix, '');
  const scheme = schemes.find(({ name, form }) => (named ?? name) === name && form.test(hash));
  if (scheme === undefined) {
    const isHash = named !== undefined || otherHash.test(text);
    return isHash ? notAccepted(named ?? '') : undefined;
  }
  return scheme.isAffordable(scheme.form.exec(hash)?.groups ?? {})
    ? `{${scheme.name}}${hash}`
    : { key: 'imports.errors.hash-cost' };
}

function notAccepted(named: string): FieldError {
  return hashSchemes.includes(named)
    ? { key: 'imports.errors.hash-form', args: { scheme: named } }
    : { key: 'imports.errors.hash-scheme', args: { schemes: hashSchemes.join(', ') } };
}
