/** How long Postfix retries mail: its default (maximal_queue_lifetime of postconf(5)), as an argument of texts. */
export const queueLifetime = { days: 5 } as const;
