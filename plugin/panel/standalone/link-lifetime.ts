const minuteMs = 60 * 1000;
const dayMs = 24 * 60 * minuteMs;

/** How long a link works, by what it is for: signing in, accepting an invitation, or choosing a new password. */
export const lifetimeMs = {
  'sign-in': 15 * minuteMs,
  invitation: 3 * dayMs,
  password: 60 * minuteMs,
} as const;

export type LinkPurpose = keyof typeof lifetimeMs;

/** The same as arguments of texts. */
export const linkLifetime = { minutes: lifetimeMs['sign-in'] / minuteMs } as const;
export const invitationLifetime = { days: lifetimeMs.invitation / dayMs } as const;
export const passwordLinkLifetime = { minutes: lifetimeMs.password / minuteMs } as const;
