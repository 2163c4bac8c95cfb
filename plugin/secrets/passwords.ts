import { hash, verify } from '@node-rs/argon2';

/** OWASP's first choice for argon2id (the library's default algorithm): 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const dovecotScheme = '{ARGON2ID}';

/** An argon2id hash in the form that Dovecot reads, `{ARGON2ID}$argon2id$v=19$…`. */
export async function hashPassword(password: string): Promise<string> {
  return dovecotScheme + (await hash(password, cost));
}

/** Takes the same time with and without a hash, so that response times do not reveal which logins exist. */
export async function passwordMatches(
  password: string,
  hashed: string | undefined,
): Promise<boolean> {
  const matches = await verify(
    (hashed ?? (await placeholder())).replace(dovecotScheme, ''),
    password,
  );
  return matches && hashed !== undefined;
}

let made: Promise<string> | undefined;

function placeholder(): Promise<string> {
  made ??= hashPassword('compared with when there is no account');
  return made;
}
