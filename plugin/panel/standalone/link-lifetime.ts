/** How long a sign-in link works. */
export const linkLifetimeMs = 15 * 60 * 1000;

/** The same as an argument of texts. */
export const linkLifetime = { minutes: linkLifetimeMs / 60_000 } as const;
