export const keptDays = 90;

/** How long a finished job is kept. */
export const keptMs = keptDays * 24 * 60 * 60 * 1000;
