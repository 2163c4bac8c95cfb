import Joi from 'joi';

/** One line: it goes into an SMTP reply or a delivery status notification. */
export const plainText = Joi.string()
  .trim()
  .pattern(/^[^\p{Cc}\u2028\u2029]*$/u, 'plain');

/** In characters: what a column takes. */
export const mostStored = 500;

export const textOption = { flags: '--text <text>', help: 'what the sender is told' } as const;
